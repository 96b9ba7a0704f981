import { isFinal, isInQueue } from '../../jobs/rows/row.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { estimateWait, minRemainingShare } from '../../queue/estimates/wait.ts';
import type { GraphQLContext } from '../context.ts';

type EstimateContext = Pick<GraphQLContext, 'clock' | 'findPace' | 'findPlace' | 'settings'>;

/** When a job will start; null once it has started, and if it cannot be estimated. */
export async function estimateStart(job: JobRow, context: EstimateContext): Promise<Date | null> {
  if (isFinal(job.state) || job.state === 'ACTIVE') return null;
  const pace = await context.findPace(job.type);
  if (!pace || pace.meanDurationMs === null) return null;
  if (job.state === 'DELAYED') return job.nextAttemptAt;
  const position = isInQueue(job) ? (await context.findPlace(job.id))?.position : undefined;
  if (position === undefined) return null;
  const now = context.clock.now();
  const waitMs = estimateWait(pace, position, context.settings(job.type).ratePerMinute, now);
  return waitMs === null ? null : new Date(now + waitMs);
}

/** When a job will complete; null once it is final, and if it cannot be estimated. */
export async function estimateCompletion(
  job: JobRow,
  context: EstimateContext,
): Promise<Date | null> {
  if (isFinal(job.state)) return null;
  const durationMs = (await context.findPace(job.type))?.meanDurationMs;
  if (durationMs === undefined || durationMs === null) return null;
  if (job.state === 'ACTIVE') {
    const now = context.clock.now();
    const startedAt = job.startedAt?.getTime() ?? now;
    return new Date(Math.max(startedAt + durationMs, now + minRemainingShare * durationMs));
  }
  const start = await estimateStart(job, context);
  return start && new Date(start.getTime() + durationMs);
}
