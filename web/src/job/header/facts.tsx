import type { ReactNode } from 'react';
import type { Job } from 'fovea-jobs-client';
import { isFinal } from 'fovea-jobs-client';
import { Link } from 'wouter';
import { useLanguage, useMessages } from '../../messages/messages.tsx';
import { useViewer } from '../../session/viewer.tsx';
import { useNow } from '../../time/clock.ts';
import { Ago, formatDuration } from '../../time/time.tsx';
import type { Details } from '../use-job-page.ts';
import styles from './facts.module.css';
import { formatSpan } from './ranges.ts';

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** From the first start to the end, or to now. */
function Duration({ from, to }: { from: string; to: string | null }) {
  const now = useNow();
  const { language } = useLanguage();
  const ms = (to === null ? now : Date.parse(to)) - Date.parse(from);
  return to !== null ? formatSpan(ms, language) : formatDuration(ms);
}

/** What else one may want to know of a job. */
export function Facts({ job, details }: { job: Job; details: Details | undefined }) {
  const { job: m } = useMessages();
  const { role } = useViewer();
  const isOver = isFinal(job);
  const sinceStart = job.state === 'ACTIVE' ? m.runningFor : m.sinceStart;
  return (
    <dl className={styles.facts}>
      <Fact name={m.accepted}>
        <Ago at={job.createdAt} />
      </Fact>
      {job.startedAt && (
        <Fact name={isOver ? m.took : sinceStart}>
          <Duration from={job.startedAt} to={job.completedAt} />
        </Fact>
      )}
      {job.completedAt && (
        <Fact name={m.ended}>
          <Ago at={job.completedAt} />
        </Fact>
      )}
      {job.position !== null && <Fact name={m.position}>{m.place(job.position)}</Fact>}
      <Fact name={m.attempt}>{m.ofAttempts(job.attempt, job.maxAttempts)}</Fact>
      {details && !isOver && <Fact name={m.priority}>{m.priorities[details.priority]}</Fact>}
      {role === 'OPERATOR' && details?.owner && <Fact name={m.owner}>{details.owner}</Fact>}
      {details?.batch && (
        <Fact name={m.batch}>
          <Link href={`/batches/${details.batch.id}`}>{details.batch.name ?? m.openBatch}</Link>
        </Fact>
      )}
      {details?.basedOn && (
        <Fact name={m.basedOn}>
          <Link href={`/jobs/${details.basedOn.id}`}>{m.earlierRun}</Link>
        </Fact>
      )}
      {job.tags.length > 0 && (
        <Fact name={m.tags}>
          <ul className={styles.tags}>
            {job.tags.map((tag) => (
              <li key={tag}>{tag}</li>
            ))}
          </ul>
        </Fact>
      )}
    </dl>
  );
}
