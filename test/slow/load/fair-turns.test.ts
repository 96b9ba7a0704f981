import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import type { Database } from '../../../src/db/tables.ts';
import { cancelJob } from '../../../src/jobs/rows/control.ts';
import { insertJob } from '../../../src/jobs/rows/insert.ts';
import { listPositions } from '../../../src/jobs/rows/positions.ts';
import { entryPriority } from '../../../src/jobs/rows/row.ts';
import type { JobRow } from '../../../src/jobs/rows/row.ts';
import { listQueueGauges } from '../../../src/queue/gauges.ts';
import { recordWorkers } from '../../../src/queue/workers.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestStack } from '../../environment/app/open-stack.ts';
import { endJobs, openTurnQueue } from '../../environment/jobs/turn-queue.ts';
import type { TurnQueue } from '../../environment/jobs/turn-queue.ts';
import { createSeededRandom } from '../../environment/seeded-random.ts';

expectNoLeaks();

const slots = 5;
const few = 100;
const many = 100_000;
const stack = useTestStack('external');

async function openQueueWithWorker(): Promise<TurnQueue> {
  const queue = openTurnQueue(stack.db);
  const name = queue.type.toLowerCase().replaceAll('_', '-');
  const worker = { id: uuidv7(), queue: name, name: 'w', host: 'h', busy: 0, concurrency: slots };
  await recordWorkers(stack.db, [worker]);
  return queue;
}

/** Jobs of one owner, many in one statement; their ids grow with their time, a millisecond each. */
async function fill(type: string, owner: string, count: number): Promise<void> {
  await sql`
    insert into job (id, type, state, owner, input, result_id, max_attempts, priority, priority_rank)
    select (lpad(to_hex(1700000000000 + number), 12, '0') || '7000800' || substr(md5(${type} || ${owner} || number), 1, 13))::uuid,
      ${type}, 'QUEUED', ${owner}, '{}', gen_random_uuid(), 3, 'NORMAL', 5
    from generate_series(1, ${sql.lit(count)}) number`.execute(stack.db);
}

/** The slots of a worker, by a clock of their own: whoever is done first makes room. */
async function runSlots(queue: TurnQueue, durationOf: (owner: string) => number, until: number) {
  const waiting: JobRow[] = [];
  const running: { id: string; owner: string; endsAt: number; ms: number }[] = [];
  const startedAt = new Map<string, number>();
  const served = new Map<string, number>();
  let now = 0;
  while (now < until) {
    waiting.push(...(await queue.take()));
    waiting.sort((one, other) => entryPriority(one) - entryPriority(other));
    while (running.length < slots && waiting.length > 0) {
      const { id, owner } = waiting.shift()!;
      const ms = durationOf(owner);
      startedAt.set(owner, startedAt.get(owner) ?? now);
      running.push({ id, owner, ms, endsAt: now + ms });
    }
    running.sort((a, b) => a.endsAt - b.endsAt);
    const done = running.shift()!;
    now = done.endsAt;
    served.set(done.owner, (served.get(done.owner) ?? 0) + done.ms);
    await endJobs(stack.db, [done], done.ms);
  }
  return { served, startedAt };
}

test('twenty owners with unequal backlogs and unequal jobs have equal shares of the time', async () => {
  const queue = await openQueueWithWorker();
  const random = createSeededRandom(20_261_129);
  const means = new Map<string, number>();
  for (let number = 0; number < 20; number += 1) {
    const owner = `owner-${number}`;
    means.set(owner, 500 + random.below(4_500));
    await fill(queue.type, owner, 400 + number * 100);
  }
  const { served } = await runSlots(
    queue,
    (owner) => means.get(owner)! * (0.5 + random.below(1_000) / 1_000),
    200_000,
  );
  const times = [...means.keys()].map((owner) => served.get(owner) ?? 0);
  const sum = times.reduce((total, time) => total + time, 0);
  const squares = times.reduce((total, time) => total + time * time, 0);
  const jain = (sum * sum) / (times.length * squares);
  expect(jain).toBeGreaterThanOrEqual(0.95);
}, 180_000);

test('whoever has taken turns of an idle queue reads no more of a full one than it takes', async () => {
  const queue = await openQueueWithWorker();
  // PostgreSQL keeps plans, and would make one for a table that is empty.
  for (let time = 0; time < 8; time += 1) await queue.take();
  for (let number = 0; number < 20; number += 1) await fill(queue.type, `owner-${number}`, 500);
  const read = await stack.db.transaction().execute(async (trx) => {
    // Of earlier statements of the session, some are not yet reported.
    const before = await countEntriesRead(trx);
    expect(await openTurnQueue(trx, { type: queue.type }).take()).toHaveLength(2 * slots);
    return (await countEntriesRead(trx)) - before;
  });
  // Of each owner as many as there is room for, and those that are taken.
  expect(read).toBeLessThanOrEqual(20 * 2 * slots + 10 * 2 * slots);
}, 60_000);

/** Entries of the indexes by which a job that waits can be found. */
async function countEntriesRead(db: Database): Promise<number> {
  const { rows } = await sql<{ entries: number }>`
    select sum(pg_stat_get_xact_tuples_returned(oid))::int as entries
    from pg_class where relname in ('job_turn', 'job_unfinished', 'job_not_final', 'job_pkey')`.execute(
    db,
  );
  return rows[0]!.entries;
}

test('one job does not wait for the ten thousand of another owner', async () => {
  const queue = await openQueueWithWorker();
  await fill(queue.type, 'a', 10_000);
  const durationMs = 1_000;
  const given = await queue.take();
  expect(given).toHaveLength(2 * slots);
  await queue.insert('b', 1);
  // The worker has five of these, and five more; then it is B's turn.
  await endJobs(stack.db, given.slice(0, slots), durationMs);
  const next = await queue.take();
  expect(next.slice(0, 2).map(({ owner }) => owner)).toContain('b');
}, 60_000);

test('what a hundred thousand waiting jobs cost is what a hundred cost', async () => {
  const queues = [await openQueueWithWorker(), await openQueueWithWorker()] as const;
  await fill(queues[0].type, 'a', few);
  await fill(queues[1].type, 'a', many);
  await sql`analyze job`.execute(stack.db);
  for (const queue of queues) await queue.take();

  const costs = queues.map(() => new Map<string, number[]>());
  const measure = async (index: number, name: string, run: () => Promise<unknown>) => {
    const begunAt = performance.now();
    await run();
    const times = costs[index]!.get(name) ?? [];
    costs[index]!.set(name, [...times, performance.now() - begunAt]);
  };
  const viewer = { role: 'operator', owner: 'a' } as const;
  for (let round = 0; round < 60; round += 1) {
    for (const [index, queue] of queues.entries()) {
      const id = uuidv7();
      const job = {
        id,
        resultId: uuidv7(),
        type: queue.type,
        owner: 'a',
        input: {},
        maxAttempts: 3,
      };
      await measure(index, 'submit', async () => {
        await insertJob(stack.db, { ...job, priority: 'NORMAL' });
        await queue.take();
      });
      await measure(index, 'place', () => listPositions(stack.db, [id]));
      const { rows } = await sql<{ id: string }>`
        select id from job where type = ${queue.type} and state = 'QUEUED' and dispatched_at is not null
        order by dispatched_at limit 1`.execute(stack.db);
      await endJobs(stack.db, rows, 1_000);
      await measure(index, 'next job', async () => {
        expect(await queue.take()).toHaveLength(1);
      });
      await measure(index, 'cancel', () => cancelJob(stack.db, viewer, id));
      await queue.insert('a', 1);
      await measure(index, 'totals', () =>
        listQueueGauges(stack.db, [{ type: queue.type, queue: 'any' }]),
      );
    }
  }
  const ratios = [...costs[0]!.keys()].map((name) => {
    const [ofFew, ofMany] = costs.map((it) => lowerQuartile(it.get(name)!));
    return [name, ofMany! / ofFew!, ofFew!, ofMany!] as const;
  });
  for (const [name, ratio] of ratios) expect(ratio, name).toBeLessThanOrEqual(1.2);
}, 180_000);

/** Whatever else the machine does only adds to what a statement takes. */
function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)]!;
}
