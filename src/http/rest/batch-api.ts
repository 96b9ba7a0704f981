import { batchRows, batchVersions } from '../../jobs/batches/find.ts';
import type { BatchRow } from '../../jobs/batches/table.ts';
import { createPollApi } from './poll-api.ts';
import type { PollApi, PollApiOptions } from './poll-api.ts';

/** `GET /api/batches/:id`. */
export function createBatchApi(options: PollApiOptions): PollApi {
  return createPollApi(options, {
    path: '/api/batches/',
    noun: 'batch',
    rows: batchRows,
    versions: batchVersions,
    watch: options.services.live.watchBatch,
    describe,
  });
}

/** States are in lower case, as those of jobs are. */
function describe({ id, name, state, version, progress, counts, ...times }: BatchRow): object {
  const byState = Object.entries(counts).map(([of, count]) => [of.toLowerCase(), count]);
  return {
    batchId: id,
    name,
    state: state.toLowerCase(),
    version,
    progress,
    counts: Object.fromEntries(byState) as object,
    createdAt: times.createdAt,
    completedAt: times.completedAt,
  };
}
