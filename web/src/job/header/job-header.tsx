import type { ReactNode } from 'react';
import type { Job } from 'fovea-jobs-client';
import { isFinal } from 'fovea-jobs-client';
import { StateBadge } from '../../controls/state-badge.tsx';
import { useMessages } from '../../messages/messages.tsx';
import type { Details } from '../use-job-page.ts';
import { Facts } from './facts.tsx';
import { Failure } from './failure.tsx';
import styles from './job-header.module.css';
import { Pipeline } from './pipeline.tsx';
import { Progress } from './progress.tsx';

/** What a job is, how far it is, and why it waits or has failed: in one look. */
export function JobHeader({
  job,
  details,
  level,
  actions,
}: {
  job: Job;
  details: Details | undefined;
  /** Of its heading: 1 on a page of its own, 2 beside a list. */
  level: 1 | 2;
  actions: ReactNode;
}) {
  const { job: m, controls } = useMessages();
  const Heading = `h${level}` as const;
  const persona = details?.subject.persona;
  const steps = details?.pipeline?.jobs ?? [];
  return (
    <header className={styles.header}>
      <div className={styles.top}>
        <div className={styles.name}>
          <p className={styles.kind}>
            {controls.types[job.type]}
            {persona && <> {m.forPersona(persona.name)}</>}
          </p>
          <Heading>{job.subject.title}</Heading>
          <StateBadge state={job.state} />
        </div>
        <div className={styles.actions}>{actions}</div>
      </div>
      <Progress job={job} />
      {details?.error && job.state !== 'COMPLETED' && (
        <Failure error={details.error} isFinal={isFinal(job)} />
      )}
      <Facts job={job} details={details} />
      {steps.length > 1 && <Pipeline steps={steps} id={job.id} />}
    </header>
  );
}
