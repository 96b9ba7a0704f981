import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import type { EngineEvents } from '../../src/jobs/engine-events.ts';
import type { BatchRow } from '../../src/jobs/batches/table.ts';
import { createEmitter } from '../../src/platform/emitter.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { batchChannel } from '../../src/pubsub/channels.ts';
import { startBatchRefresher } from '../../src/queue/batch-refresher.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useTestStack } from '../environment/app/open-stack.ts';
import { createCollector } from '../environment/clients/collector.ts';
import { eventually } from '../environment/eventually.ts';

expectNoLeaks();

const logger = createLogger('silent', false);

const stack = useTestStack('external');

afterEach(async () => {
  await sql`truncate job, batch, batch_change cascade`.execute(stack.db);
});

/** Batches of one waiting job each; the ids of the jobs are those of the batches. */
async function insertBatches(count: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
      with started as (
        insert into batch (id, owner, state, jobs, counts, input_hash)
        select gen_random_uuid(), 'ann', 'RUNNING', 1, '{"QUEUED": 1}', '' from generate_series(1, ${sql.lit(count)})
        returning id
      )
      insert into job (id, type, state, owner, input, result_id, max_attempts, priority, priority_rank, batch_id)
      select id, 'VIDEO_SUMMARIZATION', 'QUEUED', 'ann', '{}', gen_random_uuid(), 1, 'NORMAL', 5, id from started
      returning id`.execute(stack.db);
  return rows.map(({ id }) => id);
}

async function failAll(): Promise<void> {
  await sql`update job set version = version + 1, state = 'FAILED', finished_at = now()`.execute(
    stack.db,
  );
}

function start(isLeading: () => boolean) {
  const events = createEmitter<EngineEvents>(logger);
  const { db, broker } = stack;
  const refresher = startBatchRefresher({ db, broker, events, isLeading, logger });
  return { events, [Symbol.asyncDispose]: () => refresher[Symbol.asyncDispose]() };
}

async function countRunning(): Promise<number> {
  const running = stack.db.selectFrom('batch').select('id').where('state', '=', 'RUNNING');
  return (await running.execute()).length;
}

test('however much was left uncounted, the leader counts it', async () => {
  await insertBatches(1_200);
  await failAll();
  await using _leader = start(() => true);
  await eventually(async () => expect(await countRunning()).toBe(0));
  const left = stack.db.selectFrom('batchChange').selectAll();
  await eventually(async () => expect(await left.execute()).toEqual([]));
});

test('a process that does not lead counts what it has changed itself, and tells of it once', async () => {
  const [own] = await insertBatches(2);
  const messages = createCollector<BatchRow>();
  const stop = await stack.broker.subscribe(batchChannel(own!), messages.push);
  await using process = start(() => false);
  await failAll();
  const jobs = await stack.db.selectFrom('job').selectAll().where('id', '=', own!).execute();
  // As often as its jobs change at the same time.
  for (let times = 0; times < 20; times += 1) process.events.emit('jobsChanged', jobs);
  expect(await messages.next()).toMatchObject({ id: own, state: 'FAILED', version: 2 });
  await stack.db.updateTable('job').set({ state: 'QUEUED', finishedAt: null }).execute();
  process.events.emit('jobsChanged', jobs);
  expect(await messages.next()).toMatchObject({ state: 'RUNNING', version: 3 });
  expect(messages.all).toHaveLength(2);
  expect(await countRunning()).toBe(2); // the other is nobody's here
  stop();
});
