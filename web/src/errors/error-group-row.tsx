import { useState } from 'react';
import { Link } from 'wouter';
import { ErrorSamples } from '../api/generated/documents.ts';
import type { ErrorGroupsQuery } from '../api/generated/types.ts';
import { useQuery } from '../api/use-query.ts';
import { Button } from '../controls/button.tsx';
import { Icon } from '../controls/icon.tsx';
import { Loading, Problem } from '../controls/notice.tsx';
import { Sparkline } from '../controls/sparkline.tsx';
import { useMessages } from '../messages/messages.tsx';
import { useViewer } from '../session/viewer.tsx';
import { Ago } from '../time/time.tsx';
import styles from './errors.module.css';
import { countSteps } from './histogram.ts';
import type { Span } from './histogram.ts';

export type ErrorGroup = ErrorGroupsQuery['jobErrorGroups'][number];

/** Ids that a URL still bears; of a larger group, its code is what finds it. */
const maxInUrl = 50;

function toJobsUrl({ code, jobIds }: ErrorGroup): string {
  const params = new URLSearchParams({ state: 'failed', error: code });
  if (jobIds.length <= maxInUrl) for (const id of jobIds) params.append('id', id);
  return `/?${params}`;
}

interface ErrorGroupRowProps {
  group: ErrorGroup;
  /** Failures of all groups. */
  total: number;
  /** What the histories of all groups show, until now. */
  span: Span;
  now: number;
  onRetry: () => void;
}

/** One cause: how often and when last, what failed of it, and another try for all of it. */
export function ErrorGroupRow({ group, total, span, now, onRetry }: ErrorGroupRowProps) {
  const { errors: m, controls } = useMessages();
  const [isOpen, setIsOpen] = useState(false);
  const { code, message, count, failedAt, lastSeenAt, newest } = group;
  return (
    <article className={styles.group}>
      <div className={styles.what}>
        <h2 dir="auto">{message}</h2>
        <p className={styles.about}>
          <code>{code}</code>
          <span>{controls.types[newest.type]}</span>
          <span>
            {m.last} <Ago at={lastSeenAt} />
          </span>
        </p>
      </div>
      <Sparkline
        label={m.history(message)}
        steps={countSteps(
          failedAt.map((at) => Date.parse(at)),
          span,
          now,
        )}
        options={{ dateStyle: 'short', timeStyle: 'short' }}
      />
      <div className={styles.count}>
        <b>{m.jobs(count)}</b>
        <meter min={0} max={total} value={count} aria-label={m.share} />
      </div>
      <div className={styles.actions}>
        <Link href={toJobsUrl(group)}>{m.open}</Link>
        <Button onClick={onRetry}>
          <Icon name="retry" />
          {m.retry(count)}
        </Button>
      </div>
      <details
        className={styles.samples}
        onToggle={({ newState }) => setIsOpen(newState === 'open')}
      >
        <summary>{m.newest}</summary>
        {isOpen && <Samples ids={group.jobIds.slice(0, 5)} />}
      </details>
    </article>
  );
}

function Samples({ ids }: { ids: readonly string[] }) {
  const { controls } = useMessages();
  const { role } = useViewer();
  const { data, error } = useQuery(ErrorSamples, { filter: { ids } });
  if (error) return <Problem error={error} />;
  if (!data) return <Loading />;
  return (
    <ul>
      {data.jobs.edges.map(({ node: job }) => (
        <li key={job.id}>
          <p className={styles.about}>
            <Link href={`/jobs/${job.id}`}>{job.subject.title}</Link>
            <span>{controls.types[job.type]}</span>
            {role === 'OPERATOR' && job.owner && <span>{job.owner}</span>}
            {job.completedAt && <Ago at={job.completedAt} />}
          </p>
          <p dir="auto">{job.error?.message}</p>
        </li>
      ))}
    </ul>
  );
}
