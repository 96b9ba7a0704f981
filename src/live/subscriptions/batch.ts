import type { OwnedReaders } from '../../db/owned-reader.ts';
import { canSee } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { NotFoundError } from '../../errors.ts';
import { batchRows, listBatchesById } from '../../jobs/batches/find.ts';
import type { BatchRow } from '../../jobs/batches/table.ts';
import { toUuid } from '../../platform/text.ts';
import type { Broker } from '../../pubsub/broker.ts';
import { batchChannel } from '../../pubsub/channels.ts';
import { BatchBuffer } from '../buffers/batch.ts';
import type { SourceStream, SubscriptionCounts } from '../source-stream.ts';
import { createWatchedRows } from './watched-rows.ts';

/** Rows that one statement reads. */
const readRows = 500;

/** Subscriptions to single batches. Each batch has one subscription at the broker, however many clients watch it. */
export interface BatchSubscriptions {
  /**
   * The batch as it is now, then newer versions up to that in which it has ended; undefined if the viewer sees no such batch. It
   * subscribes before it reads, so that a change in between is received.
   */
  watch: (
    viewer: Viewer,
    id: string,
    after?: number,
  ) => Promise<SourceStream<BatchRow> | undefined>;
  /**
   * Reads all that is watched: delivers what no message has told, and ends the streams of those who may not see it any more.
   * Must be called now and then.
   */
  refresh: () => Promise<void>;
}

export function createBatchSubscriptions(
  broker: Broker,
  readers: OwnedReaders,
  counts: SubscriptionCounts,
): BatchSubscriptions {
  const { byId, open, deliver } = createWatchedRows<
    BatchRow,
    BatchBuffer,
    { viewer: Viewer },
    object
  >(
    (id) => broker.subscribe(batchChannel(id), receive),
    () => ({}),
    counts,
  );

  function receive(batch: BatchRow): void {
    const { id, owner } = batch;
    for (const [buffer, { source, viewer }] of byId.get(id)?.subscribers ?? []) {
      if (canSee(viewer, { owner })) deliver(batch, buffer, source);
      else source.fail(new NotFoundError('batch', id));
    }
  }

  async function watch(
    viewer: Viewer,
    givenId: string,
    after?: number,
  ): Promise<SourceStream<BatchRow> | undefined> {
    const id = toUuid(givenId);
    if (id === undefined) return undefined;
    const read = () => readers.find(batchRows, viewer, id);
    return open(id, new BatchBuffer(), { viewer }, read, after);
  }

  async function refresh(): Promise<void> {
    const ids = [...byId.keys()];
    for (let start = 0; start < ids.length; start += readRows) {
      const page = ids.slice(start, start + readRows);
      for (const batch of await listBatchesById(readers.db, page)) receive(batch);
    }
  }

  return { watch, refresh };
}
