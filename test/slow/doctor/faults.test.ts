import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, inject, test } from 'vitest';
import { queueName } from '../../../src/jobs/define-job.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { createTestStack } from '../../environment/app/app.ts';
import type { TestStack } from '../../environment/app/app.ts';
import { openTestStack } from '../../environment/app/open-stack.ts';
import { insertTestJob, insertTestJobs } from '../../environment/jobs/insert-jobs.ts';
import {
  openSession,
  runDoctor,
  useDoctorServices,
  withAdvice,
} from '../../environment/app/doctor.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

const queues = jobDefinitions.map(queueName);

const services = useDoctorServices();

describe('where no server runs', () => {
  let stack: TestStack;
  let env: Record<string, string>;

  beforeEach(async () => {
    stack = await createTestStack('external');
    env = await services.createEnv(stack);
    return () => stack[Symbol.asyncDispose]();
  });

  test('no workers, no leader and a row that nobody dispatches are wrong', async () => {
    await using opened = await openTestStack(stack);
    const job = await insertTestJob(opened.db);
    await sql`update job set created_at = now() - interval '1 minute'`.execute(opened.db);
    const { code, findings } = await runDoctor(env);
    expect(code).toBe(1);
    expect(withAdvice(findings)).toEqual([
      ...queues.map((queue) => [
        `queue ${queue}`,
        'wrong',
        expect.stringContaining('Start one: `node src/main.ts worker`'),
      ]),
      ['jobs not dispatched', 'wrong', expect.stringContaining('role api or all')],
      ['leader', 'wrong', expect.stringContaining('node src/main.ts api')],
    ]);
    const left = findings.find(({ check }) => check === 'jobs not dispatched');
    expect(left?.seen).toMatch(
      new RegExp(`^1 accepted job not in a queue, the oldest for 6\\d s: ${job.id}$`),
    );
  });

  test('jobs that their queue does not know, run for too long, or wait beside idle workers are found', async () => {
    await using opened = await openTestStack(stack);
    const [, running] = await insertTestJobs(opened.db, 2);
    await sql`update job set created_at = now() - interval '1 hour', dispatched_at = now() - interval '1 hour'`.execute(
      opened.db,
    );
    await sql`insert into job_attempt (job_id, number, worker, started_at)
      values (${running!.id}, 1, 'worker-7', now() - interval '50 minutes')`.execute(opened.db);
    for (const queue of queues) {
      await sql`insert into worker (id, queue, name, concurrency)
        values (${randomUUID()}, ${queue}, 'worker-7', 5)`.execute(opened.db);
    }
    await sql`insert into lease values ('leader', 'api-1', now() + interval '1 minute')`.execute(
      opened.db,
    );
    const waiting = await runDoctor(env);
    expect(waiting.code).toBe(1);
    expect(withAdvice(waiting.findings)).toEqual([
      ['queue video-summarization', 'wrong', expect.stringContaining('Restart worker-7')],
      ['jobs unknown to their queue', 'warning', expect.stringContaining('RECONCILE_INTERVAL_MS')],
    ]);

    await sql`update job set state = 'ACTIVE', attempt = 1 where id = ${running!.id}`.execute(
      opened.db,
    );
    await sql`update lease set expires_at = now() - interval '10 minutes'`.execute(opened.db);
    const { code, findings } = await runDoctor(env);
    expect(code).toBe(1);
    expect(withAdvice(findings)).toEqual([
      [
        'jobs past their deadline',
        'wrong',
        expect.stringContaining(`cancelJob(id: "${running!.id}")`),
      ],
      ['jobs unknown to their queue', 'warning', expect.any(String)],
      ['leader', 'wrong', expect.stringContaining('node src/main.ts api')],
    ]);
  });

  test('a database without its tables, or with those of a newer version, is wrong', async () => {
    await using maintenance = await openSession(inject('databaseUrl'));
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
    await using opened = await openTestStack(stack);
    await sql`insert into kysely_migration (name, timestamp) values ('9999-later', '')`.execute(
      opened.db,
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
