import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestStack } from '../../environment/app/app.ts';
import { openTestStack } from '../../environment/app/open-stack.ts';
import { openSession, runDoctor } from '../../environment/app/doctor.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { startPgbouncer } from '../../environment/programs/postgres.ts';
import { runJob } from '../../environment/jobs/results.ts';
import { at, pinned, readSettings } from '../../environment/app/session-settings.ts';

expectNoLeaks();

let stack: TestStack;
let model: FakeModelService;

beforeAll(async () => {
  stack = await createTestStack('external');
  model = await startFakeModelService();
});

afterAll(async () => {
  await model[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

describe('PgBouncer in transaction mode', () => {
  const needed = { statement_timeout: '10s', idle_in_transaction_session_timeout: '5s' };
  const role = `pooled_${randomUUID().slice(0, 8)}`;
  let url: string;
  let admin: Awaited<ReturnType<typeof openSession>>;

  beforeAll(async () => {
    const direct = new URL(stack.env['DATABASE_URL']!);
    admin = await openSession(direct.href);
    await admin.client.query(`create role ${role} login superuser`);
    direct.username = role;
    url = direct.href;
    return async () => {
      await admin.client.query(`reassign owned by ${role} to current_user`);
      // Also what has been granted to it.
      await admin.client.query(`drop owned by ${role}`);
      await admin.client.query(`drop role ${role}`);
      await admin[Symbol.asyncDispose]();
    };
  });

  async function setRole(settings: Record<string, string>): Promise<void> {
    for (const [name, value] of Object.entries(settings)) {
      await admin.client.query(`alter role ${role} set ${name} to '${value}'`);
    }
  }

  test('is refused at start if the role has no timeouts, with what to set', async () => {
    await using bouncer = await startPgbouncer(url);
    const advice = `alter role "${role}" set statement_timeout = '10000';`;
    await expect(openTestStack(at(stack, bouncer.url))).rejects.toThrow(advice);
    const { findings } = await runDoctor({
      ...at(stack, bouncer.url).env,
      MODEL_SERVICE_URL: model.url,
    });
    expect(findings.find(({ check }) => check === 'postgres sessions')).toMatchObject({
      level: 'wrong',
      seen: expect.stringContaining("statement_timeout is '0'"),
      advice: expect.stringContaining(advice),
    });
  });

  test.each([
    ['refuses options', {}, 'on', 'warning'],
    ['ignores options', { ignore_startup_parameters: 'options' }, 'off', 'ok'],
  ])('that %s works for migrations and a whole job', async (_how, settings, jit, level) => {
    // It may compile, but finds nothing worth it: where it does, a busy machine needs longer than statements may take.
    const compiler = { jit, jit_above_cost: '1e12' };
    const tuned = { ...compiler, max_parallel_workers_per_gather: jit === 'on' ? '2' : '0' };
    await setRole({ ...needed, ...tuned, timezone: 'Asia/Tokyo', datestyle: 'German' });
    await using bouncer = await startPgbouncer(url, { ...settings, default_pool_size: '2' });
    const pooled = at(stack, bouncer.url);
    // All migrations run through PgBouncer.
    await admin.client.query('drop schema public cascade; create schema public');
    await admin.client.query(`grant all on schema public to ${role}`);
    const env = { MODEL_SERVICE_URL: model.url, MIGRATE_ON_START: 'true' };
    await using app = await startTestApp({ stack: pooled, env });
    const subjects = await createSubjects(app.graphql);
    const { attempt } = await runJob(app.graphql, 'summarizeVideo', subjects);
    expect(attempt).toBe(1);
    expect(await readSettings(pooled)).toMatchObject(pinned);
    const { rows } = await admin.client.query(
      `select count(*)::int as locks from pg_locks where locktype = 'advisory' and database =
        (select oid from pg_database where datname = current_database())`,
    );
    expect(rows).toEqual([{ locks: 0 }]);
    const { findings, output } = await runDoctor({ ...pooled.env, MODEL_SERVICE_URL: model.url });
    expect(
      findings.find(({ check }) => check === 'postgres sessions'),
      output,
    ).toMatchObject({
      level,
      ...(jit === 'on' ? { advice: expect.stringContaining(`set jit = 'off';`) } : {}),
    });
  });
});
