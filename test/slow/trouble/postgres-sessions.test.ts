import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
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

expectNoLeaks();

/** Some tests run the doctor, which takes seconds on a busy machine. */
vi.setConfig({ testTimeout: 60_000 });

const names = [
  'TimeZone',
  'DateStyle',
  'IntervalStyle',
  'client_encoding',
  'default_transaction_isolation',
  'standard_conforming_strings',
  'jit',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
];

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

/** The same stack, with another URL of its database. */
function at(databaseUrl: string): TestStack {
  return { ...stack, env: { ...stack.env, DATABASE_URL: databaseUrl } };
}

/** The settings of an app's session. */
async function readSettings(of: TestStack): Promise<Record<string, string>> {
  await using opened = await openTestStack(of);
  const { rows } = await sql<{ name: string; setting: string }>`
    select name, current_setting(name) as setting from unnest(${sql.val(names)}::text[]) name`.execute(
    opened.db,
  );
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}

const pinned = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  client_encoding: 'UTF8',
  default_transaction_isolation: 'read committed',
  standard_conforming_strings: 'on',
};

describe('the settings of a session', () => {
  test('are set by the app, whatever the database has set', async () => {
    await using admin = await openSession(stack.env['DATABASE_URL']!);
    const name = new URL(stack.env['DATABASE_URL']!).pathname.slice(1);
    const wrong = {
      timezone: 'America/St_Johns',
      datestyle: 'German',
      intervalstyle: 'sql_standard',
      default_transaction_isolation: 'serializable',
      jit: 'on',
      statement_timeout: '0',
      lock_timeout: '0',
      idle_in_transaction_session_timeout: '0',
    };
    for (const [setting, value] of Object.entries(wrong)) {
      await admin.client.query(`alter database ${name} set ${setting} to '${value}'`);
    }
    try {
      expect(await readSettings(stack)).toEqual({
        ...pinned,
        jit: 'off',
        statement_timeout: '10s',
        lock_timeout: '5s',
        idle_in_transaction_session_timeout: '5s',
      });
    } finally {
      await admin.client.query(`alter database ${name} reset all`);
    }
  });

  test('are also set in an embedded database', async () => {
    await using embedded = await createTestStack('embedded');
    expect(await readSettings(embedded)).toMatchObject({ ...pinned, jit: 'off' });
  });

  test('include those of the URL, unless the app sets them', async () => {
    const url = new URL(stack.env['DATABASE_URL']!);
    url.searchParams.set('options', '-c search_path=elsewhere,public -c timezone=Asia/Tokyo');
    await using opened = await openTestStack(at(url.href));
    const { rows } = await sql<{ path: string; zone: string }>`
      select current_setting('search_path') as path, current_setting('timezone') as zone`.execute(
      opened.db,
    );
    expect(rows).toEqual([{ path: 'elsewhere,public', zone: 'UTC' }]);
  });
});

test('a database that cannot hold every text is refused, and the doctor says why', async () => {
  const name = `latin_${randomUUID().slice(0, 8)}`;
  await using admin = await openSession(inject('databaseUrl'));
  await admin.client.query(
    `create database ${name} encoding 'LATIN1' locale 'C' template template0`,
  );
  try {
    const url = Object.assign(new URL(inject('databaseUrl')), { pathname: name }).href;
    const problem = `The database ${name} has the encoding LATIN1, which cannot hold every text`;
    await expect(openTestStack(at(url))).rejects.toThrow(problem);
    const { code, findings } = await runDoctor({ ...at(url).env, MODEL_SERVICE_URL: model.url });
    expect(code).toBe(1);
    expect(findings.find(({ check }) => check === 'postgres sessions')).toEqual({
      check: 'postgres sessions',
      level: 'wrong',
      seen: problem,
      advice: expect.stringContaining('createdb --encoding=UTF8'),
    });
  } finally {
    await admin.client.query(`drop database ${name} with (force)`);
  }
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
    await expect(openTestStack(at(bouncer.url))).rejects.toThrow(advice);
    const { findings } = await runDoctor({ ...at(bouncer.url).env, MODEL_SERVICE_URL: model.url });
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
    await setRole({ ...needed, jit, timezone: 'Asia/Tokyo', datestyle: 'German' });
    await using bouncer = await startPgbouncer(url, { ...settings, default_pool_size: '2' });
    const pooled = at(bouncer.url);
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
    const { findings } = await runDoctor({ ...pooled.env, MODEL_SERVICE_URL: model.url });
    expect(findings.find(({ check }) => check === 'postgres sessions')).toMatchObject({
      level,
      ...(jit === 'on' ? { advice: expect.stringContaining(`set jit = 'off';`) } : {}),
    });
  });
});
