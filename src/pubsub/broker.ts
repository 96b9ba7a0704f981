import { z } from 'zod';
import { jobRowSchema } from '../jobs/rows/row.ts';
import type { JobRow } from '../jobs/rows/row.ts';

/** What processes subscribe to as a whole: `live` is for those who serve clients, `control` for workers, `leader` for who leads. */
export type Topic = 'live' | 'control' | 'leader';

/** Where messages of one kind go. */
export interface Channel<Message> {
  topic: Topic;
  /** Has no spaces and no line breaks. One that ends with `:` is given all that begins with it. */
  name: string;
  /** Parses what comes from another process. */
  schema: z.ZodType<Message>;
}

export type Listener<Message> = (message: Message) => void;

/** Carries hints from whoever changed rows to whoever watches. A message may be lost, and the row stays. */
export interface Broker extends AsyncDisposable {
  /** `changedAt`: when what it tells of happened, in ms since 1970; now if absent. */
  publish: <Message>(
    channel: Channel<Message>,
    message: Message,
    changedAt?: number,
  ) => Promise<void>;
  /**
   * Resolves once the broker has confirmed, so that nothing published after that is missed; then stops it. Every listener
   * of a channel is given the same object.
   */
  subscribe: <Message>(
    channel: Channel<Message>,
    listener: Listener<Message>,
  ) => Promise<() => void>;
  /** When what a listener was given, or an element of it, had happened; undefined for what did not come from here. */
  changedAt: (message: object) => number | undefined;
  /** Calls back whenever the broker was away, and messages may have been lost. */
  onGap: (listener: () => void) => void;
}

const jobRowsSchema = z.array(jobRowSchema);
const sequenceSchema = z.int();

/** New versions of one job. */
export function jobChannel(jobId: string): Channel<JobRow> {
  return { topic: 'live', name: `job:${jobId}`, schema: jobRowSchema };
}

/** New versions of an owner's jobs, those of one statement together. */
export function ownerChannel(owner: string): Channel<JobRow[]> {
  return { topic: 'live', name: `owner:${encodeURIComponent(owner)}`, schema: jobRowsSchema };
}

/** What `ownerChannel` has for each owner, for all of them. */
export const everyOwnerChannel: Channel<JobRow[]> = {
  topic: 'live',
  name: 'owner:',
  schema: jobRowsSchema,
};

/** The sequence of a job's last log line. */
export function logChannel(jobId: string): Channel<number> {
  return { topic: 'live', name: `log:${jobId}`, schema: sequenceSchema };
}

/** Jobs that are to stop, for the workers. */
export const cancelChannel: Channel<JobRow> = {
  topic: 'control',
  name: 'cancel',
  schema: jobRowSchema,
};

/** Announces rows that changed, each to those who watch the job, and together to those who watch their owner's jobs. */
export async function publishJobs(
  broker: Broker,
  jobs: readonly JobRow[],
  changedAt = Date.now(),
): Promise<void> {
  const byOwner = Map.groupBy(jobs, (job) => job.owner);
  await Promise.all([
    ...jobs.map((job) => broker.publish(jobChannel(job.id), job, changedAt)),
    ...[...byOwner].map(([owner, owned]) => broker.publish(ownerChannel(owner), owned, changedAt)),
  ]);
}
