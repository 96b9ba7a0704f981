import type { Job } from 'fovea-jobs-client';
import type { JobAttemptsQuery } from '../../api/generated/types.ts';
import type { Span } from './time-scale.ts';

export type Attempt = NonNullable<JobAttemptsQuery['job']>['attempts'][number];

export interface Stage extends Span {
  name: string;
  isOpen: boolean;
}

export interface Wait extends Span {
  kind: 'wait';
  /** What it waited for: its first attempt, the one after a failure, or that somebody restarts it. */
  reason: 'queue' | 'retry' | 'restart';
  isOpen: boolean;
}

export interface Run extends Span {
  kind: 'run';
  attempt: Attempt;
  stages: readonly Stage[];
  isOpen: boolean;
}

export interface History {
  whole: Span;
  /** In order of time. */
  parts: readonly (Wait | Run)[];
}

type Times = Pick<Job, 'state' | 'createdAt' | 'completedAt'>;

/** What a job has waited for and done, until now or until its end. */
export function readHistory(job: Times, attempts: readonly Attempt[], now: number): History {
  const from = Date.parse(job.createdAt);
  const known = [job.completedAt, ...attempts.flatMap((it) => [it.startedAt, it.finishedAt])];
  const latest = Math.max(from, ...known.map((time) => (time === null ? 0 : Date.parse(time))));
  // The page's clock may be behind what the server has said.
  const end = job.completedAt !== null ? latest : Math.max(latest, now);
  const parts: (Wait | Run)[] = [];
  let cursor = from;
  for (const attempt of attempts) {
    const run = readRun(attempt, end);
    const last = parts.at(-1);
    const reason = last?.kind === 'run' ? reasonAfter(last.attempt) : 'queue';
    if (run.from > cursor)
      parts.push({ kind: 'wait', reason, from: cursor, to: run.from, isOpen: false });
    parts.push(run);
    cursor = Math.max(cursor, run.to);
  }
  const isWaiting = job.state === 'QUEUED' || job.state === 'DELAYED';
  if (isWaiting || (attempts.length === 0 && end > cursor)) {
    const last = attempts.at(-1);
    const reason = last ? reasonAfter(last) : 'queue';
    parts.push({ kind: 'wait', reason, from: cursor, to: end, isOpen: isWaiting });
  }
  return { whole: { from, to: end }, parts };
}

function reasonAfter({ error }: Attempt): Wait['reason'] {
  return error?.retryable ? 'retry' : 'restart';
}

function readRun(attempt: Attempt, end: number): Run {
  const from = Date.parse(attempt.startedAt);
  const isOpen = attempt.finishedAt === null;
  const to = Math.max(from, attempt.finishedAt === null ? end : Date.parse(attempt.finishedAt));
  const stages = attempt.stages.map(({ name, startedAt, finishedAt }) => ({
    name,
    from: Date.parse(startedAt),
    to: finishedAt === null ? to : Date.parse(finishedAt),
    isOpen: isOpen && finishedAt === null,
  }));
  return { kind: 'run', attempt, from, to, isOpen, stages };
}
