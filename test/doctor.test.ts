import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { judgeClocks } from '../src/doctor/clocks.ts';
import { createTestStack } from './environment/app.ts';
import type { TestStack } from './environment/app.ts';
import { startAppProcess } from './environment/app-process.ts';
import type { AppProcess } from './environment/app-process.ts';
import { insertTestJob, insertTestJobs, openBareStack } from './environment/bare-stack.ts';
import { runDoctor, withAdvice } from './environment/doctor.ts';
import { eventually } from './environment/eventually.ts';
import { startFakeModelService } from './environment/fake-model-service.ts';
import type { FakeModelService } from './environment/fake-model-service.ts';
import { createSubjects, startJob } from './environment/jobs.ts';
import { expectNoLeaks } from './environment/leaks.ts';
import { startRedis } from './environment/redis.ts';
import { findFreePort } from './environment/service-process.ts';

expectNoLeaks();

/** Each test runs the program at least once, which takes seconds on a busy machine. */
vi.setConfig({ testTimeout: 60_000 });

const queues = ['video-summarization', 'claim-extraction', 'claim-synthesis'];
const rightSettings = { 'maxmemory-policy': 'noeviction', appendonly: 'yes' };

let redis: Awaited<ReturnType<typeof startRedis>>;
let redisClient: Redis;
let model: FakeModelService;

beforeAll(async () => {
  redis = await startRedis();
  redisClient = new Redis(redis.url);
  model = await startFakeModelService();
});

afterAll(async () => {
  await model[Symbol.asyncDispose]();
  await redisClient.quit();
  await redis[Symbol.asyncDispose]();
});

/** Lasts until the next test. */
async function setRedis(settings: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(settings)) {
    await redisClient.config('SET', name, value);
  }
}

beforeEach(() => setRedis(rightSettings));

async function createEnv(stack: TestStack): Promise<Record<string, string>> {
  return { ...stack.env, REDIS_URL: redis.url, MODEL_SERVICE_URL: model.url };
}

describe('where a server runs', () => {
  let stack: TestStack;
  let env: Record<string, string>;
  let app: AppProcess;

  beforeAll(async () => {
    stack = await createTestStack('services');
    env = await createEnv(stack);
    app = await startAppProcess('all', env);
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  test('all is ok: a line each, with figures, and it ends with 0', async () => {
    const { code, output, findings } = await runDoctor(env);
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(code).toBe(0);
    expect(findings.map(({ check }) => check)).toEqual([
      'configuration',
      'redis',
      'redis access',
      'redis memory',
      'redis persistence',
      'redis latency',
      'postgres',
      'migrations',
      'postgres latency',
      'postgres connections',
      'postgres transactions',
      'postgres locks',
      'clocks',
      'model service',
      ...queues.map((queue) => `queue ${queue}`),
      'jobs not handed over',
      'jobs past their deadline',
      'jobs unknown to their queue',
      'reconciler',
    ]);
    expect(output).toMatch(
      /^ok {7}queue claim-extraction: 1 worker, 0 of 5 slots busy; 0 jobs wait, 0 run, 0 are put off$/m,
    );
    expect(output).toMatch(/^ok {7}redis latency: 10 × PING: median \d+\.\d ms/m);
    expect(output.endsWith('0 wrong, 0 warnings, 21 ok\n')).toBe(true);
    // Nothing but text for whoever pipes it.
    expect(output).not.toContain('\u001b');
  });

  test('with --json it is one document', async () => {
    const { code, output } = await runDoctor(env, '--json');
    expect(code).toBe(0);
    const document = JSON.parse(output);
    expect(document.status).toBe('ok');
    expect(document.findings).toContainEqual({
      check: 'redis persistence',
      level: 'ok',
      seen: 'append-only file',
      do: null,
    });
  });

  test('a policy by which Redis drops keys is wrong', async () => {
    await setRedis({ 'maxmemory-policy': 'allkeys-lru' });
    const { code, findings, output } = await runDoctor(env);
    expect(code).toBe(1);
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([
      {
        check: 'redis memory',
        level: 'wrong',
        seen: expect.stringContaining('maxmemory-policy allkeys-lru'),
        advice: expect.stringContaining('config set maxmemory-policy noeviction'),
      },
    ]);
    expect(output).toMatch(/^wrong {4}redis memory: .*\n {9}do: Run `redis-cli config set/m);
  });

  test('a Redis that keeps nothing, and a queue that is paused, are warnings: it ends with 0', async () => {
    await setRedis({ appendonly: 'no' });
    await app.graphql.request('mutation { pauseQueue(type: CLAIM_SYNTHESIS) { paused } }');
    const { code, findings } = await runDoctor(env);
    await app.graphql.request('mutation { resumeQueue(type: CLAIM_SYNTHESIS) { paused } }');
    expect(code).toBe(0);
    expect(withAdvice(findings)).toEqual([
      ['redis persistence', 'warning', expect.stringContaining('config set appendonly yes')],
      ['queue claim-synthesis', 'warning', expect.stringContaining('type: CLAIM_SYNTHESIS')],
    ]);
  });

  test('a Redis that keeps snapshots is ok', async () => {
    await setRedis({ appendonly: 'no', save: '3600 1' });
    const { findings } = await runDoctor(env);
    await setRedis({ save: '' });
    expect(findings).toContainEqual({
      check: 'redis persistence',
      level: 'ok',
      seen: 'snapshots (save 3600 1), no append-only file',
    });
  });

  test('a Redis without a password off loopback is a warning', async () => {
    // Not an address of loopback by its name, and yet it leads there.
    const url = redis.url.replace('127.0.0.1', '0.0.0.0');
    const { code, findings } = await runDoctor({ ...env, REDIS_URL: url });
    expect(code).toBe(0);
    expect(withAdvice(findings)).toEqual([
      ['redis access', 'warning', expect.stringContaining('requirepass')],
    ]);
  });

  test('a model service that is down, or says that it is, is wrong', async () => {
    const gone = `http://user:sesame@127.0.0.1:${await findFreePort()}`;
    const down = await runDoctor({ ...env, MODEL_SERVICE_URL: gone });
    expect(down.code).toBe(1);
    expect(withAdvice(down.findings)).toEqual([
      ['model service', 'wrong', expect.stringMatching(/MODEL_SERVICE_URL.*\/health/)],
    ]);
    expect(down.output).not.toContain('sesame');
    model.answer('/health', { status: 503, json: { detail: 'loading' } });
    const { code, findings } = await runDoctor(env);
    model.answer('/health', { json: { status: 'healthy' } });
    expect(code).toBe(1);
    expect(findings).toContainEqual({
      check: 'model service',
      level: 'wrong',
      seen: 'it answers with status 503',
      advice: expect.any(String),
    });
  });

  test('a Redis that is not there is wrong, and hides nothing else', async () => {
    const url = `redis://:sesame@127.0.0.1:${await findFreePort()}`;
    const { code, findings, output } = await runDoctor({ ...env, REDIS_URL: url });
    expect(code).toBe(1);
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([
      {
        check: 'redis',
        level: 'wrong',
        seen: expect.stringContaining('ECONNREFUSED'),
        advice: expect.stringContaining(`Start Redis at ${url.replace(':sesame@', '')}`),
      },
    ]);
    const checks = findings.map(({ check }) => check);
    expect(checks).toEqual(
      expect.arrayContaining(['postgres', 'queue claim-synthesis', 'reconciler']),
    );
    expect(output).not.toContain('sesame');
  });

  test('a PostgreSQL that is not there is wrong, and hides nothing of Redis', async () => {
    const url = `postgres://fovea:sesame@127.0.0.1:${await findFreePort()}/jobs`;
    const { code, findings, output } = await runDoctor({ ...env, DATABASE_URL: url });
    expect(code).toBe(1);
    expect(withAdvice(findings)).toEqual([
      ['postgres', 'wrong', expect.stringContaining('Start PostgreSQL at')],
      ['jobs', 'warning', expect.any(String)],
    ]);
    expect(findings.map(({ check }) => check)).toContain('redis latency');
    expect(output).not.toContain('sesame');
  });

  test('it asks by password, says what to do without one, and shows it nowhere', async () => {
    const password = `sesame-${randomUUID()}`;
    const withPassword = redis.url.replace('://', `://:${password}@`);
    await setRedis({ requirepass: password });
    try {
      const right = await runDoctor({ ...env, REDIS_URL: withPassword });
      expect(right).toMatchObject({ code: 0 });
      expect(right.output).not.toContain(password);
      const none = await runDoctor(env);
      expect(none.code).toBe(1);
      expect(withAdvice(none.findings)).toEqual([
        ['redis', 'wrong', expect.stringContaining('Put its password into REDIS_URL')],
      ]);
      const wrong = await runDoctor({
        ...env,
        REDIS_URL: withPassword.replace(password, 'other-word'),
      });
      expect(withAdvice(wrong.findings)).toEqual([
        ['redis', 'wrong', expect.stringContaining('right user and password')],
      ]);
      expect(wrong.output).not.toContain('other-word');
    } finally {
      await setRedis({ requirepass: '' });
    }
  });

  test('a transaction that holds up others is named', async () => {
    await using holder = await connect(env['DATABASE_URL']!);
    await using waiting = await connect(env['DATABASE_URL']!);
    await holder.client.query('begin; lock table claim');
    const locked = waiting.client.query('begin; lock table claim');
    const { rows } = await holder.client.query('select pg_backend_pid() as pid');
    await eventually(
      async () => {
        const { code, findings } = await runDoctor(env);
        expect({ code, found: withAdvice(findings) }).toEqual({
          code: 1,
          found: [
            [
              'postgres locks',
              'wrong',
              expect.stringContaining(`pg_terminate_backend(${rows[0].pid})`),
            ],
          ],
        });
      },
      { withinMs: 30_000 },
    );
    await holder.client.query('rollback');
    await locked;
  });
});

async function connect(connectionString: string) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end() };
}

describe('where no server runs', () => {
  let stack: TestStack;
  let env: Record<string, string>;

  beforeEach(async () => {
    stack = await createTestStack('services');
    env = await createEnv(stack);
    return () => stack[Symbol.asyncDispose]();
  });

  test('no workers, no reconciler and a row that nobody hands over are wrong', async () => {
    await using bare = await openBareStack(stack);
    const job = await insertTestJob(bare.db);
    await sql`update job set created_at = now() - interval '1 minute'`.execute(bare.db);
    const { code, findings } = await runDoctor(env);
    expect(code).toBe(1);
    expect(withAdvice(findings)).toEqual([
      ...queues.map((queue) => [
        `queue ${queue}`,
        'wrong',
        expect.stringContaining('Start one: `node src/main.ts worker`'),
      ]),
      ['jobs not handed over', 'wrong', expect.stringContaining('role api or all')],
      ['reconciler', 'wrong', expect.stringContaining('node src/main.ts api')],
    ]);
    const left = findings.find(({ check }) => check === 'jobs not handed over');
    expect(left?.seen).toMatch(
      new RegExp(`^1 accepted job not given to a queue, the oldest for 6\\d s: ${job.id}$`),
    );
  });

  test('jobs that their queue does not know, run for too long, or wait beside idle workers are found', async () => {
    await using bare = await openBareStack(stack);
    const [, running] = await insertTestJobs(bare.db, 2);
    await sql`update job set created_at = now() - interval '1 hour', dispatched_at = now() - interval '1 hour'`.execute(
      bare.db,
    );
    await sql`insert into job_attempt (job_id, number, worker, started_at)
      values (${running!.id}, 1, 'worker-7', now() - interval '50 minutes')`.execute(bare.db);
    for (const queue of queues) {
      await sql`insert into worker (id, queue, name, concurrency)
        values (${randomUUID()}, ${queue}, 'worker-7', 5)`.execute(bare.db);
    }
    await sql`insert into lease values ('reconciler', 'api-1', now() + interval '1 minute')`.execute(
      bare.db,
    );
    const waiting = await runDoctor(env);
    expect(waiting.code).toBe(1);
    expect(withAdvice(waiting.findings)).toEqual([
      ['queue video-summarization', 'wrong', expect.stringContaining('Restart worker-7')],
      ['jobs unknown to their queue', 'warning', expect.stringContaining('RECONCILE_INTERVAL_MS')],
    ]);

    await sql`update job set state = 'ACTIVE', attempt = 1 where id = ${running!.id}`.execute(
      bare.db,
    );
    await sql`update lease set expires_at = now() - interval '10 minutes'`.execute(bare.db);
    const { code, findings } = await runDoctor(env);
    expect(code).toBe(1);
    expect(withAdvice(findings)).toEqual([
      [
        'jobs past their deadline',
        'wrong',
        expect.stringContaining(`cancelJob(id: "${running!.id}")`),
      ],
      ['jobs unknown to their queue', 'warning', expect.any(String)],
      ['reconciler', 'wrong', expect.stringContaining('node src/main.ts api')],
    ]);
  });

  test('a database without its tables, or with those of a newer version, is wrong', async () => {
    await using maintenance = await connect(inject('databaseUrl'));
    const name = `fovea_empty_${randomUUID().slice(0, 8)}`;
    await maintenance.client.query(`create database ${name}`);
    try {
      const url = Object.assign(new URL(inject('databaseUrl')), { pathname: name }).href;
      const empty = await runDoctor({ ...env, DATABASE_URL: url });
      expect(empty.code).toBe(1);
      expect(withAdvice(empty.findings)).toEqual([
        ['migrations', 'wrong', expect.stringContaining('npm run migrate')],
        ['jobs', 'warning', expect.any(String)],
      ]);
    } finally {
      await maintenance.client.query(`drop database ${name}`);
    }
    await using bare = await openBareStack(stack);
    await sql`insert into kysely_migration (name, timestamp) values ('9999-later', '')`.execute(
      bare.db,
    );
    const newer = await runDoctor(env);
    expect(newer.findings).toContainEqual({
      check: 'migrations',
      level: 'wrong',
      seen: 'the database is newer than this version: it has 9999-later',
      advice: expect.any(String),
    });
  });

  test('a database that is not there is wrong', async () => {
    const url = Object.assign(new URL(env['DATABASE_URL']!), { pathname: 'nowhere' }).href;
    const { code, findings } = await runDoctor({ ...env, DATABASE_URL: url });
    expect(code).toBe(1);
    expect(withAdvice(findings)[0]).toEqual([
      'postgres',
      'wrong',
      expect.stringContaining('Create that database'),
    ]);
  });
});

describe('the configuration', () => {
  test('every problem is listed, without what was given', async () => {
    const { code, findings, output } = await runDoctor({
      REDIS_URL: 'http://:sesame@redis',
      DATABASE_URL: 'postgres://fovea:sesame@127.0.0.1/jobs',
      LOG_LEVEL: 'loud',
      VIDEO_SUMMARIZATION_ATTEMPTS: '0',
    });
    expect(code).toBe(1);
    expect(findings.map(({ check, level }) => [check, level])).toEqual(
      findings.map(() => ['configuration', 'wrong']),
    );
    for (const name of ['REDIS_URL', 'LOG_LEVEL', 'VIDEO_SUMMARIZATION_ATTEMPTS']) {
      expect(findings.map(({ seen }) => seen)).toContainEqual(expect.stringContaining(name));
    }
    expect(output).not.toContain('sesame');
  });

  test('what it is told besides --json it refuses', async () => {
    const { code, output } = await runDoctor({}, '--fix');
    expect(code).toBe(1);
    expect(output).toContain('usage: node src/main.ts doctor [--json]');
  });
});

describe('on the embedded stack', () => {
  let stack: TestStack;

  beforeEach(async () => {
    stack = await createTestStack('embedded');
    return () => stack[Symbol.asyncDispose]();
  });

  test('a folder that no server has is opened, and its paused queues and waiting jobs are said', async () => {
    const env = { ...stack.env, MODEL_SERVICE_URL: model.url, SHUTDOWN_GRACE_MS: '0' };
    {
      await using app = await startAppProcess('all', env);
      await app.graphql.request('mutation { pauseQueue(type: VIDEO_SUMMARIZATION) { paused } }');
      await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
      app.kill('SIGTERM');
      expect(await app.ended).toBe(0);
    }
    const { code, findings } = await runDoctor(stack.env);
    expect(code).toBe(0);
    expect(findings).toMatchObject([
      { check: 'configuration', level: 'ok' },
      { check: 'database', level: 'ok' },
      { check: 'migrations', level: 'ok' },
      { check: 'jobs', level: 'ok', seen: '1 job not finished: the next start goes on with them' },
      { check: 'queue video-summarization', level: 'warning' },
      { check: 'model service', level: 'ok' },
    ]);
  });

  test('a folder that a server has is left to it, and the server is asked', async () => {
    const env = { ...stack.env, PORT: String(await findFreePort()) };
    await using _app = await startAppProcess('all', env);
    const ready = await runDoctor(env);
    expect(ready.code).toBe(0);
    expect(ready.findings).toMatchObject([
      { check: 'configuration' },
      {
        check: 'database',
        level: 'ok',
        seen: expect.stringContaining('in use by a running server'),
      },
      { check: 'server', level: 'ok', seen: expect.stringContaining('200 {"status":"ready"') },
      { check: 'model service', level: 'ok' },
    ]);
    const elsewhere = await runDoctor({ ...env, PORT: String(await findFreePort()) });
    expect(elsewhere.code).toBe(1);
    expect(withAdvice(elsewhere.findings)).toEqual([
      ['server', 'wrong', expect.stringContaining('HOST and PORT')],
    ]);
  });

  test('a folder that is not there is not made', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fovea-none-'));
    await rm(folder, { recursive: true });
    const { code, findings } = await runDoctor({ DATA_DIR: folder });
    expect(code).toBe(0);
    expect(findings[1]?.seen).toContain('the first start makes it');
    await expect(rm(folder, { recursive: true })).rejects.toThrow('ENOENT');
  });
});

test.each([
  [
    { PostgreSQL: 400, Redis: -500 },
    'ok',
    'PostgreSQL is 400 ms ahead of this host, Redis is 500 ms behind this host',
  ],
  [{ PostgreSQL: 700, Redis: -700 }, 'warning', 'up to 1400 ms apart'],
  [{ Redis: -5_200 }, 'wrong', 'up to 5200 ms apart'],
])('clocks as far apart as %o are %s', (offsets, level, seen) => {
  expect(judgeClocks(offsets)).toMatchObject({ level, seen: expect.stringContaining(seen) });
});
