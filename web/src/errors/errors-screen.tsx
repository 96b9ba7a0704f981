import { useJobs } from 'fovea-jobs-client/react';
import { useMemo, useState } from 'react';
import { ErrorGroups } from '../api/generated/documents.ts';
import { useQuery } from '../api/use-query.ts';
import { useRefetch } from '../api/use-refetch.ts';
import { Empty, Loading, Problem } from '../controls/notice.tsx';
import { Screen } from '../controls/screen.tsx';
import { useMessages } from '../messages/messages.tsx';
import { ErrorGroupRow } from './error-group-row.tsx';
import type { ErrorGroup } from './error-group-row.tsx';
import { findSpan } from './histogram.ts';
import { RetryDialog } from './retry-dialog.tsx';
import { ErrorFilter, useErrorFilter } from './error-filter.tsx';
import { useNow } from '../time/clock.ts';
import styles from './errors.module.css';

const failed = { states: ['FAILED' as const] };
/** Failures that are grouped, by the API. */
const maxGrouped = 1_000;

/** What jobs fail of: one row for each cause, the most frequent first. */
export function ErrorsScreen() {
  const { shell, errors: m } = useMessages();
  const { filter, isFiltered } = useErrorFilter();
  const { data, error, refetch } = useQuery(ErrorGroups, { filter });
  // Pushed when a job fails, and when one that had failed is retried.
  const { jobs } = useJobs(failed);
  const signal = useMemo(() => jobs.map(({ id, version }) => `${id} ${version}`).join(), [jobs]);
  useRefetch(signal, refetch);
  // Its group goes while it is retried: what is retried is what it was.
  const [retried, setRetried] = useState<ErrorGroup>();
  const groups = data?.jobErrorGroups;
  const now = Math.floor(useNow() / 60_000) * 60_000;
  const times = groups?.flatMap(({ failedAt }) => failedAt.map((at) => Date.parse(at))) ?? [];
  const span = findSpan(times, now);
  const total = groups?.reduce((sum, { count }) => sum + count, 0) ?? 0;
  return (
    <Screen title={shell.errors} actions={<ErrorFilter />}>
      {error && <Problem error={error} onRetry={refetch} />}
      {!groups && !error && <Loading />}
      {groups?.length === 0 && (
        <Empty title={isFiltered ? m.noneSo : m.none}>{!isFiltered && <p>{m.noneHint}</p>}</Empty>
      )}
      {groups && groups.length > 0 && (
        <ul className={styles.groups} aria-label={shell.errors}>
          {groups.map((group) => (
            <li key={`${group.code} ${group.message}`}>
              <ErrorGroupRow {...{ group, total, span, now }} onRetry={() => setRetried(group)} />
            </li>
          ))}
        </ul>
      )}
      {retried && (
        <RetryDialog
          ids={retried.jobIds}
          onClose={() => {
            setRetried(undefined);
            refetch();
          }}
        />
      )}
      {groups && groups.length > 0 && <p className={styles.note}>{m.bars(m.spans[span])}</p>}
      {total >= maxGrouped && <p className={styles.note}>{m.newestOf(maxGrouped)}</p>}
    </Screen>
  );
}
