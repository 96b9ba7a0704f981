import { useMemo } from 'react';
import type { Job } from 'fovea-jobs-client';
import { JobRaw } from '../../api/generated/documents.ts';
import { Loading, Problem } from '../../controls/notice.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { CopyButton } from '../../controls/copy-button.tsx';
import { formatJson } from './format-json.ts';
import styles from './raw.module.css';
import { useAnswerText } from './use-answer-text.ts';

/** A job as GraphQL answers it. */
export function RawTab({ job }: { job: Job }) {
  const { job: m } = useMessages();
  const { text, error, refetch } = useAnswerText(JobRaw, { id: job.id }, String(job.version));
  const json = useMemo(() => text && formatJson(text), [text]);
  if (error && !json) return <Problem error={error} onRetry={refetch} />;
  if (!json) return <Loading />;
  return (
    <section className={styles.raw} aria-label={m.tabs.raw}>
      <CopyButton text={json} />
      {/* Scrolled by keys. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} dir="ltr">
        {json}
      </pre>
    </section>
  );
}
