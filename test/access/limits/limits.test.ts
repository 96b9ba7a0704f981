import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, test } from 'vitest';
import type { LimitsConfig } from '../../../src/config/limits.ts';
import type { JobState } from '../../../src/jobs/rows/row.ts';
import { insertPersona } from '../../../src/subjects/persona/queries.ts';
import { getSubjectTotal } from '../../../src/subjects/subject-totals.ts';
import { selectUnfinishedCounts } from '../../../src/access/limits/unfinished-jobs.ts';
import { registerVideo } from '../../../src/subjects/video/register.ts';
import { RateLimitedError } from '../../../src/errors.ts';
import { createLimits } from '../../../src/access/limits/limits.ts';
import type { Limits } from '../../../src/access/limits/limits.ts';
import type { LimitName } from '../../../src/access/limits/refusals.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { stackKinds } from '../../environment/app/app.ts';
import { insertTestJobs } from '../../environment/jobs/insert-jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { countOutcomes, noLimits } from '../../environment/access/limits.ts';
import { useTestStack } from '../../environment/app/open-stack.ts';

expectNoLeaks();

const logger = createLogger('silent', false);

describe.each(stackKinds)('on the %s stack', (kind) => {
  const stack = useTestStack(kind);

  function open(config: Partial<LimitsConfig>): Limits & { refused: LimitName[] } {
    const refused: LimitName[] = [];
    const limits = createLimits({
      config: { ...noLimits, ...config },
      maxQueryCost: 10_000,
      db: stack.db,
      redis: null,
      prefix: 'test',
      logger,
      onRefused: (limit) => refused.push(limit),
    });
    return { ...limits, refused };
  }

  /** Gives jobs of this owner, in these states. */
  async function insertJobs(owner: string, states: readonly JobState[]): Promise<void> {
    const jobs = await insertTestJobs(stack.db, states.length);
    for (const [index, { id }] of jobs.entries()) {
      const state = states[index]!;
      await stack.db.updateTable('job').set({ owner, state }).where('id', '=', id).execute();
    }
  }

  test('jobs that are not final are counted by owner, and final ones are not', async () => {
    await using limits = open({ unfinishedJobs: 5 });
    await insertJobs('ann', ['QUEUED', 'ACTIVE', 'DELAYED', 'COMPLETED', 'FAILED', 'CANCELED']);
    await insertJobs('bob', ['QUEUED', 'QUEUED', 'QUEUED', 'QUEUED', 'QUEUED', 'QUEUED']);
    await Promise.all([limits.startJobs('ann', 2), limits.startJobs('nobody', 5)]);
    await expect(limits.startJobs('ann', 3)).rejects.toThrow(
      new RateLimitedError('At most 5 jobs that are not final.', 10_000),
    );
    await expect(limits.startJobs('bob', 1)).rejects.toMatchObject({ retryAfterMs: 10_000 });
    await expect(limits.startJobs('nobody', 6)).rejects.toThrow(RateLimitedError);
    expect(limits.refused).toEqual(Array.from({ length: 3 }, () => 'unfinished_jobs'));
  });

  test('a job that ends makes room for another', async () => {
    await using limits = open({ unfinishedJobs: 2 });
    await insertJobs('cleo', ['ACTIVE', 'QUEUED']);
    await expect(limits.startJobs('cleo', 1)).rejects.toThrow(RateLimitedError);
    await stack.db
      .updateTable('job')
      .set({ state: 'COMPLETED' })
      .where('owner', '=', 'cleo')
      .where('state', '=', 'ACTIVE')
      .execute();
    await limits.startJobs('cleo', 1);
  });

  test('an owner with very many ended jobs is counted by an index of the others', async () => {
    await sql`
      insert into job (id, type, state, owner, input, result_id, max_attempts, priority, priority_rank)
      select gen_random_uuid(), 'VIDEO_SUMMARIZATION', 'COMPLETED', 'dora', '{}', gen_random_uuid(), 3, 'NORMAL', 5
      from generate_series(1, 5000)`.execute(stack.db);
    await sql`analyze job`.execute(stack.db);
    const { rows } = await sql<{ 'QUERY PLAN': string }>`
      explain ${selectUnfinishedCounts(['dora'], 1_000)}`.execute(stack.db);
    expect(JSON.stringify(rows)).toContain('job_unfinished_of_owner');
  });

  test('new jobs a minute are counted by owner, several at once as several', async () => {
    await using limits = open({ jobsPerMinute: 4 });
    await limits.startJobs('ann', 3);
    await expect(limits.startJobs('ann', 3)).rejects.toThrow('At most 4 jobs a minute.');
    await limits.startJobs('ann', 1);
    await limits.startJobs('bob', 4);
    expect(limits.refused).toEqual(['jobs_per_minute']);
  });

  test('who gives back what was taken for new jobs, may take it again', async () => {
    await using limits = open({ jobsPerMinute: 4 });
    const giveBack = await limits.startJobs('ann', 3);
    await giveBack();
    await limits.startJobs('ann', 4);
    await expect(limits.startJobs('ann', 1)).rejects.toThrow('At most 4 jobs a minute.');
  });

  test('videos and personas are counted by owner, exactly, and what is there already is not', async () => {
    await using limits = open({ subjectsPerOwner: 5 });
    const register = (owner: string, path: string, title = path) =>
      stack.db.transaction().execute(async (trx) => {
        const registered = await registerVideo(trx, owner, { title, path });
        if (registered.created) await limits.subjects.check(trx, owner);
        return registered.video;
      });
    const create = (owner: string, name: string) =>
      stack.db.transaction().execute(async (trx) => {
        await insertPersona(trx, owner, { id: uuidv7(), name, role: 'a', informationNeed: 'b' });
        await limits.subjects.check(trx, owner);
      });
    const asked = Array.from({ length: 6 }, (_, index) => [
      register('eva', `${index}.mp4`),
      create('eva', String(index)),
    ]).flat();
    expect(await countOutcomes(asked)).toEqual({ accepted: 5, refused: 7 });
    await expect(create('eva', 'one more')).rejects.toThrow(
      'At most 5 videos and personas of one owner. Use existing ones, or ask for a higher SUBJECTS_PER_OWNER.',
    );
    const { rows } = await sql<{ path: string }>`
      select path from video where owner = 'eva'`.execute(stack.db);
    for (const { path } of rows) await register('eva', path, 'as it may be called elsewhere');
    await register('fay', '0.mp4');

    // Room is where something was deleted, however that was done.
    await sql`delete from video where owner = 'eva'`.execute(stack.db);
    for (const { path } of rows) await register('eva', path);
    await expect(create('eva', 'one more')).rejects.toThrow(RateLimitedError);
  });

  test('the bytes of videos and personas are counted by owner, as they are stored', async () => {
    await using limits = open({ subjectsPerOwner: 2 });
    const register = (title: string, path: string) =>
      stack.db.transaction().execute(async (trx) => {
        await registerVideo(trx, 'gil', { id: path, title, path });
        await limits.subjects.check(trx, 'gil');
      });
    await register('é'.repeat(990), 'a');
    await expect(register('t'.repeat(19), 'b')).rejects.toThrow(
      'At most 2000 bytes in the texts of one owner’s videos and personas.',
    );
    await register('t'.repeat(16), 'b');
    await sql`update video set title = 't' where owner = 'gil'`.execute(stack.db);
    expect(await getSubjectTotal(stack.db, 'gil')).toEqual({ subjects: 2, bytes: 6 });
  });

  test('failed log-ins end what an address may try', async () => {
    await using limits = open({ failedLoginsPerMinute: 1 });
    await limits.failedLogins.record('192.0.2.1');
    limits.failedLogins.check('192.0.2.1');
    await limits.failedLogins.record('192.0.2.1');
    expect(limits.refused).toEqual([]);
    expect(() => limits.failedLogins.check('192.0.2.1')).toThrow(RateLimitedError);
    expect(limits.refused).toEqual(['failed_logins_per_minute']);
  });
});
