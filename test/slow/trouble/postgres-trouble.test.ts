import { describe, expect, test } from 'vitest';
import { startTestApp } from '../../environment/app/app.ts';
import { eventually } from '../../environment/eventually.ts';
import { streamAnswer, defaultAnswer } from '../../environment/model-service/answers.ts';
import { sendBy } from '../../environment/clients/every-transport.ts';
import { createGate } from '../../environment/model-service/gate.ts';
import { readJob, startJob } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { postOperation } from '../../environment/clients/event-stream.ts';
import {
  faults,
  noConnections,
  readOnlySessions,
} from '../../environment/programs/faulty-postgres.ts';
import { mutations, types, useTroubledApp } from '../../environment/app/use-troubled-app.ts';

expectNoLeaks();

describe('when PostgreSQL is in trouble', () => {
  const troubled = useTroubledApp();
  const { startAll, expectReadiness, expectUncharged } = troubled;

  test.each(faults)('$name: every job completes, and is charged nothing', async (fault) => {
    const gates = mutations.map((mutation) => troubled.model.hold(types[mutation].path));
    const running = await startAll();
    await Promise.all(gates.map((gate) => gate.reached()));
    const waiting = await startAll();
    const end = await fault.begin(troubled.postgres);
    try {
      for (const gate of gates) gate.open();
      if (fault.isReported) await expectReadiness('unavailable');
      if (fault.fails)
        await eventually(() => expect(troubled.counts.cutOff).toBeGreaterThanOrEqual(3));
    } finally {
      await end();
    }
    await expectReadiness('ready');
    for (const { id, mutation } of [...running, ...waiting]) {
      await eventually(() => expectUncharged(id, mutation));
    }
  });

  test('clients are told when to retry, over every transport', async () => {
    const jobs = await startAll();
    const [job] = jobs;
    const end = await noConnections.begin(troubled.postgres);
    try {
      await expectReadiness('unavailable');
      const operation = { query: '{ jobs(first: 1) { edges { node { id } } } }' };
      const subscription = {
        query: 'subscription ($id: ID!) { jobUpdated(id: $id) { id } }',
        variables: { id: job!.id },
      };
      for (const [transport, ask] of Object.entries(sendBy)) {
        const isPlain = /POST|GET/.test(transport);
        const { errors } = JSON.parse(
          await ask(troubled.app.url, isPlain ? operation : subscription),
        );
        expect(errors, transport).toMatchObject([
          { extensions: { code: 'SERVICE_UNAVAILABLE', retryAfterMs: 2_000 } },
        ]);
        expect(errors[0].extensions, transport).not.toHaveProperty('http');
      }
      const plain = await postOperation(troubled.app.url, operation, {
        accept: 'application/json',
      });
      const byYoga = await postOperation(troubled.app.url, operation, {
        accept: 'text/event-stream',
      });
      await byYoga.body?.cancel();
      const polled = await fetch(`${troubled.app.url}/api/jobs/${job!.id}`);
      expect([plain, byYoga, polled].map(({ headers }) => headers.get('retry-after'))).toEqual([
        '2',
        '2',
        '2',
      ]);
      expect(polled.status).toBe(503);
    } finally {
      await end();
    }
    await expectReadiness('ready');
    for (const { id, mutation } of jobs) await eventually(() => expectUncharged(id, mutation));
  });

  test('what a job logs meanwhile is stored afterwards', async () => {
    const [mayTalk, mayEnd] = [createGate(), createGate()];
    const line = { log: { level: 'info' as const, message: 'Logged while it was read-only.' } };
    const last = { progress: 0.9, stage: 'Last' };
    troubled.model.answer(
      '/api/summarize',
      streamAnswer('/api/summarize', [mayTalk, line, last, mayEnd]),
    );
    troubled.model.hold('/api/summarize').open();
    const { id } = await startJob(
      troubled.app.graphql,
      'summarizeVideo',
      troubled.inputs.summarizeVideo,
    );
    await mayTalk.reached();
    const end = await readOnlySessions.begin(troubled.postgres);
    // Until the sessions have reloaded the setting, a line would still be written.
    await expectReadiness('unavailable');
    mayTalk.open();
    await eventually(() => expect(troubled.counts.unsent).toBeGreaterThan(0));
    await end();
    mayEnd.open();
    await eventually(() => expectUncharged(id, 'summarizeVideo'));
    const { attempt, logs } = await readJob(troubled.app.graphql, id);
    expect(attempt).toBe(1);
    expect(logs).toMatchObject([{ sequence: 1, message: line.log.message }]);
    troubled.model.answer('/api/summarize', (call) => defaultAnswer('/api/summarize', call));
  });

  test('a job that waits for the database can be canceled', async () => {
    const gate = troubled.model.hold('/api/summarize');
    const { id } = await startJob(
      troubled.app.graphql,
      'summarizeVideo',
      troubled.inputs.summarizeVideo,
    );
    await gate.reached();
    const locker = await troubled.postgres.openSession();
    await locker.query('begin; lock table job_attempt in exclusive mode');
    gate.open();
    await eventually(() => expect(troubled.counts.cutOff).toBe(1));
    const cancel = `mutation ($id: ID!) {
      cancelJob(id: $id) { ... on CancelJobPayload { outcome } ... on Error { message } }
    }`;
    const data = await troubled.app.graphql.request(cancel, { id });
    expect(data['cancelJob']).toEqual({ outcome: 'REQUESTED' });
    await locker.end();
    await eventually(async () =>
      expect(await readJob(troubled.app.graphql, id)).toMatchObject({ state: 'CANCELED' }),
    );
  });

  test('a job is charged for trouble after 20 attempts', async () => {
    const set = (verb: string) =>
      troubled.app.graphql.request(
        `mutation { ${verb}Queue(type: VIDEO_SUMMARIZATION) { paused } }`,
      );
    await set('pause');
    const { id } = await startJob(
      troubled.app.graphql,
      'summarizeVideo',
      troubled.inputs.summarizeVideo,
    );
    await using trouble = new AsyncDisposableStack();
    const locker = trouble.adopt(await troubled.postgres.openSession(), (session) => session.end());
    await locker.query(
      `insert into job_attempt (job_id, number, worker, finished_at)
      select $1, number, 'w', now() from generate_series(1, 20) number`,
      [id],
    );
    await locker.query('begin; lock table video_summary in exclusive mode');
    await set('resume');
    await eventually(async () => {
      const { attempts } = await readJob(troubled.app.graphql, id);
      expect(attempts[19]).toMatchObject({ number: 20, error: null });
      expect(attempts[20]).toMatchObject({ number: 21, error: { code: 'INTERNAL' } });
    });
  });

  test('a worker that ends meanwhile leaves its job to another, uncharged', async () => {
    const { stack, env } = troubled.deployment;
    const worker = await startTestApp({
      stack,
      role: 'worker',
      env: { ...env, WORKER_QUEUES: 'claim-extraction', CLAIM_EXTRACTION_CONCURRENCY: '5' },
    });
    const gate = troubled.model.hold('/api/extract-claims');
    const calls = troubled.model.calls.length;
    const jobs = await Promise.all(
      ['first', 'second', 'third'].map(() =>
        startJob(troubled.app.graphql, 'extractClaims', troubled.inputs.extractClaims),
      ),
    );
    await eventually(() => expect(troubled.model.calls.length).toBe(calls + jobs.length));
    const end = await readOnlySessions.begin(troubled.postgres);
    await expectReadiness('unavailable');
    await worker[Symbol.asyncDispose]();
    await end();
    gate.open();
    for (const { id } of jobs) {
      await eventually(() => expectUncharged(id, 'extractClaims'));
    }
  });
});
