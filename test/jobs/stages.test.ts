import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { closeAttempt } from '../../src/jobs/attempts/attempts.ts';
import { openAttempt } from '../../src/jobs/attempts/open-attempt.ts';
import { listStages, maxStages } from '../../src/jobs/attempts/stages.ts';
import { applyJobUpdates } from '../../src/jobs/rows/update.ts';
import type { JobUpdate } from '../../src/jobs/rows/update.ts';
import { foldUpdates } from '../../src/queue/bridge/job-events.ts';
import { StageClock } from '../../src/queue/worker/stage-clock.ts';
import { useTestStack } from '../environment/app/open-stack.ts';
import { insertTestJob } from '../environment/jobs/insert-jobs.ts';
import { active, completed, delayed, toUpdates } from '../environment/jobs/job-changes.ts';
import type { JobChange } from '../environment/jobs/job-changes.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

/** A report of stages that have begun. */
function begin(attempt: number, ...stages: [name: string, ms: number][]): JobChange {
  const begun = stages.map(([name, ms]) => ({ attempt, name, ms }));
  return { ...active(attempt, 5, stages.at(-1)![0]), stages: begun };
}

describe('what jobs are at', () => {
  const stack = useTestStack('external');

  /** A job whose attempt has begun a minute ago, by the database's clock. */
  async function openJob(): Promise<string> {
    const { id } = await insertTestJob(stack.db);
    await openNext(id);
    return id;
  }

  async function openNext(jobId: string): Promise<void> {
    await openAttempt(stack.db, { jobId, round: 1 }, 'worker');
    await sql`update job_attempt set started_at = started_at - interval '1 minute'
      where job_id = ${jobId} and finished_at is null`.execute(stack.db);
  }

  async function apply(updates: readonly JobUpdate[]): Promise<void> {
    for (const layer of foldUpdates(updates)) await applyJobUpdates(stack.db, layer);
  }

  /** Each stage with when it began and ended, in ms since its attempt did. */
  async function readStages(jobId: string, number = 1) {
    const { startedAt } = await stack.db
      .selectFrom('jobAttempt')
      .select('startedAt')
      .where('jobId', '=', jobId)
      .where('number', '=', number)
      .executeTakeFirstOrThrow();
    const since = (time: Date | null) => time && time.getTime() - startedAt.getTime();
    const stages = await listStages(stack.db, [{ jobId, number }]);
    return stages.map((stage) => [stage.name, since(stage.startedAt), since(stage.finishedAt)]);
  }

  test.each([
    ['one by one', 1],
    ['together', 10],
  ])('a stage ends when the next one begins, in events that are applied %s', async (_how, size) => {
    const id = await openJob();
    const words = [
      begin(1, ['Starting', 0]),
      active(1, 6, 'Starting'),
      begin(1, ['Extract', 1_000], ['Claims', 3_000]),
      begin(1, ['Extract', 4_500]),
    ];
    const updates = toUpdates(id, words);
    for (let start = 0; start < updates.length; start += size)
      await apply(updates.slice(start, start + size));
    expect(await readStages(id)).toEqual([
      ['Starting', 0, 1_000],
      ['Extract', 1_000, 3_000],
      ['Claims', 3_000, 4_500],
      ['Extract', 4_500, null],
    ]);
    const again = toUpdates(id, [...words, begin(1, ['Extract', 4_500])]).slice(4);
    await apply([...updates, ...again.map((update) => ({ ...update, progress: 7 }))]);
    expect(await readStages(id)).toHaveLength(4);
  });

  test('the last stage ends with its attempt, and none is after it', async () => {
    const id = await openJob();
    await sql`update job_attempt set finished_at = started_at + interval '2 seconds' where job_id = ${id}`.execute(
      stack.db,
    );
    const ending = [begin(1, ['Starting', 0]), begin(1, ['Late', 2_500]), completed(1)];
    await apply(toUpdates(id, ending));
    expect(await readStages(id)).toEqual([
      ['Starting', 0, 2_000],
      ['Late', 2_000, 2_000],
    ]);
  });

  test('what a worker that lost its job reports is left out', async () => {
    const id = await openJob();
    await apply(toUpdates(id, [begin(1, ['Starting', 0])]));
    await closeAttempt(stack.db, id, 1, undefined);
    await openNext(id);
    const words = [begin(1, ['Starting', 0]), begin(2, ['Starting', 5]), begin(1, ['Ghost', 9])];
    await apply(toUpdates(id, words).slice(1));
    await apply(toUpdates(id, [...words, delayed, begin(2, ['Ghost', 9])]).slice(3));
    expect((await readStages(id)).map(([name]) => name)).toEqual(['Starting']);
    expect((await readStages(id, 2)).map(([name]) => name)).toEqual(['Starting']);
  });

  test('the stage in which a worker vanishes ends with the attempt', async () => {
    const id = await openJob();
    await apply(toUpdates(id, [begin(1, ['Starting', 0])]));
    expect(await readStages(id)).toEqual([['Starting', 0, null]]);
    await openNext(id);
    const [[, , endedAt]] = (await readStages(id)) as [[string, number, number]];
    expect(endedAt).toBeGreaterThanOrEqual(60_000);
  });

  test(`of more than ${maxStages} stages, the first are kept`, async () => {
    const id = await openJob();
    const words = Array.from({ length: maxStages + 20 }, (_, n) => begin(1, [`Stage ${n}`, n]));
    for (const update of toUpdates(id, words)) await applyJobUpdates(stack.db, [update]);
    const stages = await readStages(id);
    expect(stages).toHaveLength(maxStages);
    expect(stages.at(-1)).toEqual([`Stage ${maxStages - 1}`, maxStages - 1, maxStages]);
    const { rows } = await sql`select from job_stage where job_id = ${id}`.execute(stack.db);
    expect(rows).toHaveLength(maxStages + 1);
  });

  test('stages are deleted with their job', async () => {
    const id = await openJob();
    await apply(toUpdates(id, [begin(1, ['Starting', 0])]));
    await stack.db.deleteFrom('job').where('id', '=', id).execute();
    const { rows } = await sql`select from job_stage where job_id = ${id}`.execute(stack.db);
    expect(rows).toEqual([]);
  });
});

test('a stage is told once, or again if it could not be', async () => {
  const clock = new StageClock();
  const told: string[][] = [];
  const tell = () =>
    clock.tell(async ({ stages = [] }) => void told.push(stages.map(({ name }) => name)));
  clock.enter('Starting');
  clock.enter('Starting');
  clock.enter('Looking');
  await expect(clock.tell(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
  clock.enter('Starting');
  await tell();
  await tell();
  for (let n = 0; n < 2 * maxStages; n += 1) clock.enter(`Stage ${n}`);
  await tell();
  expect(told).toEqual([['Starting', 'Looking', 'Starting'], [], expect.any(Array)]);
  expect(told[2]).toHaveLength(maxStages - 2);
});
