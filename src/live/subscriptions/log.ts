import { createBatchedReads } from '../../platform/batcher.ts';
import { isFinal } from '../../jobs/rows/row.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { listLastSequences, listLogWindows } from '../../jobs/logs.ts';
import type { Database, JobLogEntry } from '../../db/tables.ts';
import type { Viewer } from '../../db/viewer.ts';
import type { Logger } from '../../platform/logger.ts';
import { logChannel } from '../../pubsub/channels.ts';
import type { Broker } from '../../pubsub/broker.ts';
import { SourceStream } from '../source-stream.ts';
import { LogBuffer, logWindowLines } from '../buffers/log.ts';
import type { JobSubscriptions } from './job.ts';

export interface LogSubscriptions {
  /** The lines of a job's log above `after`, up to a final job's last line; undefined if the viewer sees no such job. */
  watch: (
    viewer: Viewer,
    id: string,
    after: number,
  ) => Promise<SourceStream<JobLogEntry> | undefined>;
  /** Finds lines whose message was lost, of all watched logs in one statement. */
  refresh: () => Promise<void>;
}

export interface LogSubscriptionsOptions {
  db: Database;
  broker: Broker;
  jobs: JobSubscriptions;
  logger: Logger;
}

export function createLogSubscriptions({
  db,
  broker,
  jobs,
  logger,
}: LogSubscriptionsOptions): LogSubscriptions {
  /** The buffer of each subscriber, with the job's id. */
  const buffers = new Map<LogBuffer, string>();
  const readLines = createLineReader(db);

  async function watch(
    viewer: Viewer,
    givenId: string,
    after: number,
  ): Promise<SourceStream<JobLogEntry> | undefined> {
    const states = await jobs.watch(viewer, givenId, undefined, { includePositions: false });
    if (!states) return undefined;
    try {
      const jobId = givenId.toLowerCase();
      return await open(states, jobId, await toKnownSequence(db, jobId, after));
    } catch (error) {
      states.close();
      throw error;
    }
  }

  async function open(
    states: SourceStream<JobRow>,
    jobId: string,
    after: number,
  ): Promise<SourceStream<JobLogEntry>> {
    let stop = () => {};
    const buffer = new LogBuffer({
      after,
      read: (from) => readLines(jobId, from),
      onChange: () => source.notify(),
      onFailure: (error) => logger.warn({ err: error, jobId }, 'log lines not read'),
      onGivenUp: (error) => source.fail(error),
    });
    const source: SourceStream<JobLogEntry> = new SourceStream(buffer, () => {
      buffers.delete(buffer);
      buffer.close();
      states.close();
      stop();
    });
    buffers.set(buffer, jobId);
    try {
      stop = await broker.subscribe(logChannel(jobId), (sequence) => buffer.receive(sequence));
      if (source.isClosed) stop();
      followToEnd(states, buffer, source);
      return source;
    } catch (error) {
      source.close();
      throw error;
    }
  }

  async function refresh(): Promise<void> {
    if (buffers.size === 0) return;
    const rows = await listLastSequences(db, [...new Set(buffers.values())]);
    const byJob = new Map(rows.map(({ jobId, sequence }) => [jobId, sequence]));
    for (const [buffer, jobId] of buffers) buffer.receive(byJob.get(jobId) ?? 0);
  }

  return { watch, refresh };
}

/** Ends the log when its job is final, as the worker writes all lines before that; fails it when the job is gone. */
function followToEnd(
  states: SourceStream<JobRow>,
  buffer: LogBuffer,
  source: SourceStream<JobLogEntry>,
): void {
  states.onReadable = () => {
    const job = states.take();
    if (states.error) source.fail(states.error);
    if (job && isFinal(job.state)) buffer.finish();
  };
  states.onReadable();
}

/** The given sequence, or 0 if it is above the log's last: such a cursor was never sent to anybody. */
async function toKnownSequence(db: Database, jobId: string, after: number): Promise<number> {
  if (after <= 0) return 0;
  const [row] = await listLastSequences(db, [jobId]);
  return after <= (row?.sequence ?? 0) ? after : 0;
}

/** Subscribers that read the same lines at the same time share one read. */
function createLineReader(db: Database) {
  const read = createBatchedReads<readonly JobLogEntry[]>(async (places) => {
    const lines = await listLogWindows(db, places.map(fromKey), logWindowLines);
    return Map.groupBy(lines, ({ jobId, after }) => toKey(jobId, after));
  });
  return async (jobId: string, after: number) => (await read(toKey(jobId, after))) ?? [];
}

function toKey(jobId: string, after: number): string {
  return `${jobId} ${after}`;
}

function fromKey(key: string) {
  const [jobId = '', after] = key.split(' ');
  return { jobId, after: Number(after) };
}
