import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createDisposables } from '../../../src/platform/disposables.ts';
import { createTestStack } from '../../environment/app/app.ts';
import { startAppProcess } from '../../environment/app/app-process.ts';
import { eventually } from '../../environment/eventually.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, startJob } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { startTcpProxy } from '../../environment/programs/tcp-proxy.ts';

expectNoLeaks();

test('a part that fails, or hangs, keeps no other from ending, in reverse, and is named', async () => {
  const ended: string[] = [];
  const end = (name: string) => ({ [Symbol.dispose]: () => void ended.push(name) });
  const named: string[] = [];
  const write = (line: string) => void named.push(JSON.parse(line).part);
  {
    await using parts = createDisposables(pino({ level: 'warn' }, { write }));
    parts.use('first', end('first'));
    parts.use('failing', { [Symbol.asyncDispose]: () => Promise.reject(new Error('failed')) });
    parts.use('second', end('second'));
    parts.defer('hanging', () => Promise.withResolvers<void>().promise, 10);
    parts.use('third', end('third'));
  }
  expect(ended).toEqual(['third', 'second', 'first']);
  expect(named).toEqual(['hanging', 'failing']);
});

test('with its database gone, a process that is told to end waits for its running job, and exits with 0', async () => {
  await using model = await startFakeModelService();
  await using stack = await createTestStack('external');
  await using proxy = await startTcpProxy(stack.env['DATABASE_URL']!);
  const env = { ...stack.env, MODEL_SERVICE_URL: model.url, DATABASE_URL: proxy.url };
  await using app = await startAppProcess('all', env);
  const gate = model.hold('/api/summarize');
  await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
  await gate.reached();
  await proxy[Symbol.asyncDispose]();
  app.kill('SIGTERM');
  // The workers that had nothing to do have ended, and could not say so.
  await eventually(() =>
    expect(app.output.match(/worker not taken off the list/g)).toHaveLength(
      jobDefinitions.length - 1,
    ),
  );
  expect(model.calls[0]!.aborted).toBe(false);
  gate.open();
  expect(await app.ended).toBe(0);
  expect(model.calls[0]!.aborted).toBe(false);
  expect(app.output).not.toMatch(/unexpected error|SuppressedError/);
}, 60_000);

test('SIGTERM to npm start ends the process that npm has started', async () => {
  const npm = spawn('env', ['PORT=0', 'npm', 'start', '--', 'model-service'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(npm, 'exit');
  // Its lines end once no process has its output open.
  for await (const line of createInterface(npm.stdout)) {
    if (line.startsWith('fovea-jobs model-service at')) npm.kill('SIGTERM');
  }
  expect(await ended).toEqual([0, null]);
}, 60_000);
