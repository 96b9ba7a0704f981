import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { queueName } from '../../../src/jobs/define-job.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import {
  openSession,
  runDoctor,
  useDoctorServices,
  useServer,
  withAdvice,
} from '../../environment/app/doctor.ts';
import { eventually } from '../../environment/eventually.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { findFreePort } from '../../environment/programs/service-process.ts';

expectNoLeaks();

const queues = jobDefinitions.map(queueName);

const services = useDoctorServices();

describe('where a server runs', () => {
  const server = useServer(services);

  test('all is ok: a line each, with figures, and it ends with 0', async () => {
    const { code, output, findings } = await runDoctor(server.env);
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
      'postgres sessions',
      'migrations',
      'postgres latency',
      'postgres connections',
      'postgres transactions',
      'postgres locks',
      'clocks',
      'model service',
      ...queues.map((queue) => `queue ${queue}`),
      'jobs not dispatched',
      'jobs past their deadline',
      'jobs unknown to their queue',
      'leader',
    ]);
    expect(output).toMatch(
      /^ok {7}queue claim-extraction: 1 worker, 0 of 5 slots busy; 0 jobs wait, 0 run, 0 are put off$/m,
    );
    // MEDIA_ROOT is not set here.
    const sent = resolve('samples/a.mp4');
    expect(output).toContain(`; the model service is sent ${sent} for a video at a.mp4\n`);
    expect(output).toMatch(/^ok {7}redis latency: 10 × PING: median \d+\.\d ms/m);
    expect(output.endsWith(`0 wrong, 0 warnings, ${19 + queues.length} ok\n`)).toBe(true);
    // Nothing but text for whoever pipes it.
    expect(output).not.toContain('\u001b');
  });

  test('with --json it is one document', async () => {
    const { code, output } = await runDoctor(server.env, '--json');
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

  test('a model service that is down is wrong, and its password is shown nowhere', async () => {
    const gone = `127.0.0.1:${await findFreePort()}`;
    const down = await runDoctor({ ...server.env, MODEL_SERVICE_URL: `http://${gone}` });
    expect(down.code).toBe(1);
    expect(withAdvice(down.findings)).toEqual([
      ['model service', 'wrong', expect.stringMatching(/MODEL_SERVICE_URL.*\/health/)],
    ]);
    const withPassword = { ...server.env, MODEL_SERVICE_URL: `http://user:sesame@${gone}` };
    const refused = await runDoctor(withPassword);
    expect(withAdvice(refused.findings)).toEqual([
      ['configuration', 'wrong', expect.stringContaining('docs/configuration.md')],
    ]);
    expect(refused.output).not.toContain('sesame');
  });

  test('a PostgreSQL that is not there is wrong, and hides nothing of Redis', async () => {
    const url = `postgres://fovea:sesame@127.0.0.1:${await findFreePort()}/jobs`;
    const { code, findings, output } = await runDoctor({ ...server.env, DATABASE_URL: url });
    expect(code).toBe(1);
    expect(withAdvice(findings)).toEqual([
      ['postgres', 'wrong', expect.stringContaining('Start PostgreSQL at')],
      ['jobs', 'warning', expect.any(String)],
    ]);
    expect(findings.map(({ check }) => check)).toContain('redis latency');
    expect(output).not.toContain('sesame');
  });

  test('a transaction that holds up others is named', async () => {
    await using holder = await openSession(server.env['DATABASE_URL']!);
    await using waiting = await openSession(server.env['DATABASE_URL']!);
    await holder.client.query('begin; lock table claim');
    const locked = waiting.client.query('begin; lock table claim');
    const { rows } = await holder.client.query('select pg_backend_pid() as pid');
    await eventually(async () => {
      const { code, findings } = await runDoctor(server.env);
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
    });
    await holder.client.query('rollback');
    await locked;
  });
});
