import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createTestStack } from '../../environment/app/app.ts';
import type { TestStack } from '../../environment/app/app.ts';
import { openTestStack } from '../../environment/app/open-stack.ts';
import { openSession, runDoctor } from '../../environment/app/doctor.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
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
      max_parallel_workers_per_gather: '2',
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
        max_parallel_workers_per_gather: '0',
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
    expect(await readSettings(embedded)).toMatchObject({
      ...pinned,
      jit: 'off',
      max_parallel_workers_per_gather: '0',
    });
  });

  test('include those of the URL, unless the app sets them', async () => {
    const url = new URL(stack.env['DATABASE_URL']!);
    url.searchParams.set('options', '-c search_path=elsewhere,public -c timezone=Asia/Tokyo');
    await using opened = await openTestStack(at(stack, url.href));
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
    await expect(openTestStack(at(stack, url))).rejects.toThrow(problem);
    const { code, findings } = await runDoctor({
      ...at(stack, url).env,
      MODEL_SERVICE_URL: model.url,
    });
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
