import type { Database } from '../../db/tables.ts';
import { FellBehindError } from '../../errors.ts';
import { matchesOutline, withoutStates } from '../../jobs/rows/filter.ts';
import type { JobFilter } from '../../jobs/rows/filter.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import type { Logger } from '../../platform/logger.ts';
import type { JobListBuffer } from '../buffers/job-list.ts';
import type { JobsEvent } from '../jobs-event.ts';
import type { TextMatches } from './text-matches.ts';
import type { SourceStream, SubscriptionCounts } from '../source-stream.ts';

interface ReceiverOptions {
  db: Database;
  counts: SubscriptionCounts;
  logger: Logger;
}

/**
 * Returns what adds jobs to a client's buffer if they match its filter. Where it has to look something up for that, it returns
 * a promise, which rejects if it cannot.
 */
export function createReceiver(
  { db, counts, logger }: ReceiverOptions,
  filter: JobFilter,
  buffer: JobListBuffer,
  source: SourceStream<JobsEvent>,
  texts?: TextMatches,
): (jobs: readonly JobRow[]) => Promise<void> | undefined {
  const lasting = withoutStates(filter);
  const pickers = (filter.about ?? []).map(({ createPicker }) => createPicker(db));

  function receive(jobs: readonly JobRow[]): Promise<void> | undefined {
    const possible = jobs.filter((job) => matchesOutline(job, lasting));
    if (pickers.length > 0 || texts) return pickAll(possible).then(addAll);
    addAll(possible);
    return undefined;
  }

  /** Those that are about all that the filter names, with their words looked up. */
  async function pickAll(jobs: readonly JobRow[]): Promise<readonly JobRow[]> {
    let picked = jobs;
    for (const pick of pickers) picked = await pick(picked);
    return texts ? texts.lookUp(picked) : picked;
  }

  function addAll(jobs: readonly JobRow[]): void {
    try {
      const news = jobs.filter((job) => {
        const isReplaced = buffer.isPending(job.id);
        const isNew = buffer.add(job);
        if (isNew && isReplaced) counts.coalesced += 1;
        return isNew;
      });
      if (news.length > 0) source.notify();
    } catch (error) {
      // Nobody is left to catch it: it would end the process instead of the one stream that it concerns.
      if (!(error instanceof FellBehindError)) logger.error({ err: error }, 'jobs not delivered');
      fail(source, error as Error, counts);
    }
  }

  return receive;
}

/** Ends a stream early, and counts it if its client has fallen behind. */
export function fail(
  source: SourceStream<JobsEvent>,
  error: Error,
  counts: SubscriptionCounts,
): void {
  if (error instanceof FellBehindError && !source.isClosed) counts.dropped += 1;
  source.fail(error);
}
