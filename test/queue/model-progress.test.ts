import { describe, expect, test } from 'vitest';
import { toStorable } from '../../src/platform/text.ts';
import { estimate } from '../../src/queue/worker/progress.ts';
import { useTestApp } from '../environment/app/use-test-app.ts';
import { eventually } from '../environment/eventually.ts';
import { streamAnswer } from '../environment/model-service/answers.ts';
import { createGate } from '../environment/model-service/gate.ts';
import { transports } from '../environment/clients/graphql-client.ts';
import { createCollector } from '../environment/clients/collector.ts';
import {
  createSubjects,
  followJob,
  getUpdate,
  readJob,
  startJob,
  watchJob,
} from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import type { FakeLine } from '../environment/model-service/send-answer.ts';

expectNoLeaks();

const line = (message: string): FakeLine => ({ log: { level: 'info', message } });

describe('what the model service reports', () => {
  const { app, model } = useTestApp('external', { env: { VIDEO_SUMMARIZATION_BACKOFF_MS: '1' } });

  async function start(): Promise<string> {
    const { id } = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
    return id;
  }

  function expectSoon(id: string, expected: object): Promise<void> {
    return eventually(async () => expect(await readJob(app.graphql, id)).toMatchObject(expected));
  }

  test('progress follows the model service’s reports, and its messages are in the log', async () => {
    const [first, second, third] = [createGate(), createGate(), createGate()];
    const lines: FakeLine[] = [
      { progress: 0.5, stage: 'Looking' },
      line('Looked at 15 frames.'),
      first,
      { progress: 0.2, stage: 'Listening' },
      { log: { level: 'warn', message: 'No sound.' } },
      second,
      { progress: 1 },
      third,
    ];
    model.answer('/api/summarize', streamAnswer('/api/summarize', lines));
    const id = await start();
    const logs = [
      { sequence: 1, attempt: 1, level: 'INFO', message: 'Looked at 15 frames.' },
      { sequence: 2, attempt: 1, level: 'WARN', message: 'No sound.' },
    ];
    // From 5 to 90 of the bar are the model service's.
    await expectSoon(id, { progress: 47, stage: 'Looking', logs: logs.slice(0, 1) });
    first.open();
    await expectSoon(id, { progress: 47, stage: 'Listening', logs });
    second.open();
    await expectSoon(id, { progress: 90, stage: 'Listening', state: 'ACTIVE' });
    third.open();
    await expectSoon(id, { progress: 100, stage: null, state: 'COMPLETED', logs });
  });

  test('every stage has its begin and its end, even one that lasts no time', async () => {
    const reports: FakeLine[] = ['Extract', 'Claims', 'Extract'].map((stage) => ({
      progress: 0.5,
      stage,
    }));
    model.answer('/api/summarize', streamAnswer('/api/summarize', reports));
    const id = await start();
    await expectSoon(id, { state: 'COMPLETED' });
    const query = `query ($id: ID!) { job(id: $id) {
      attempts { startedAt finishedAt stages { name startedAt finishedAt } } } }`;
    const { job } = await app.graphql.request(query, { id });
    const [{ startedAt, finishedAt, stages }] = job.attempts;
    const names = stages.map(({ name }: { name: string }) => name);
    expect(names.slice(2, 6)).toEqual(['Summarizing the video', 'Extract', 'Claims', 'Extract']);
    const times = stages.flatMap((stage: Record<string, string>) => [
      stage['startedAt'],
      stage['finishedAt'],
    ]);
    const line = [startedAt, ...times, finishedAt].map((time) => Date.parse(time));
    expect(line.toSorted((one, other) => one - other)).toEqual(line);
    expect(times.at(-1)).toBe(finishedAt);
  });

  test('long messages of the model service are cut', async () => {
    const shown = createGate();
    // A pair of surrogates that a cut at an even length would halve.
    const long = `.${'\u{1f6a2}'.repeat(100_000)}`;
    const lines: FakeLine[] = [{ progress: 0.5, stage: long }, line(long), shown];
    model.answer('/api/summarize', streamAnswer('/api/summarize', lines));
    const id = await start();
    await expectSoon(id, { stage: toStorable(long, 200), logs: [{ sequence: 1 }] });
    const { logs } = await readJob(app.graphql, id);
    expect(logs[0].message).toBe(toStorable(long, 500));
    shown.open();
    await expectSoon(id, { state: 'COMPLETED' });
  });

  test.each(transports)(
    'progress begins anew with an attempt, as seen over %s',
    async (transport) => {
      const [shown, held] = [createGate(), createGate()];
      const failing = [
        { progress: 0.8, stage: 'Looking' },
        line('Nearly there.'),
        shown,
        { error: { status: 500, detail: 'no' } },
      ];
      const passing = streamAnswer('/api/summarize', [{ progress: 0.1 }, line('Again.'), held]);
      let calls = 0;
      model.answer('/api/summarize', (call) =>
        calls++ === 0 ? { lines: failing } : passing(call),
      );
      const id = await start();
      const updates = createCollector<Record<string, any>>();
      const following = (async () => {
        for await (const answer of watchJob(app.graphql, transport, id))
          updates.push(getUpdate(answer));
      })();
      await expectSoon(id, { attempt: 1, progress: 73 });
      shown.open();
      const error = { code: 'MODEL_UNAVAILABLE', retryable: true, attempt: 1 };
      await expectSoon(id, { state: 'ACTIVE', attempt: 2, progress: 13, error });
      let newest = await updates.next();
      while (newest['attempt'] < 2) newest = await updates.next();
      expect(newest['progress']).toBeLessThan(73);
      held.open();

      await following;
      const logs = [
        { attempt: 1, message: 'Nearly there.' },
        { attempt: 2, message: 'Again.' },
      ];
      expect(updates.all.at(-1)).toMatchObject({
        state: 'COMPLETED',
        attempt: 2,
        error: null,
        logs,
      });
      const seen = updates.all.filter(({ state }) => state === 'ACTIVE');
      for (const attempt of [1, 2]) {
        const progress = seen
          .filter((update) => update['attempt'] === attempt)
          .map((update) => update['progress'] as number);
        expect(progress).toEqual(progress.toSorted((a, b) => a - b));
      }
    },
  );

  test('text that Postgres cannot store costs neither the job nor the text around it', async () => {
    const lines: FakeLine[] = [
      line('Before.'),
      { progress: 0.5, stage: 'NUL \0 and half a pair \ud800' },
      line('NUL \0 and half a pair \ud800'),
      line('After.'),
    ];
    model.answer('/api/summarize', streamAnswer('/api/summarize', lines));
    const id = await start();
    const final = (await followJob(app.graphql, 'sse', id)).at(-1)!;
    expect(final).toMatchObject({ state: 'COMPLETED', attempt: 1 });
    const said = final['logs'].map(({ message }: { message: string }) => message);
    expect(said).toEqual(['Before.', 'NUL \ufffd and half a pair \ufffd', 'After.']);
  });
});

const span = { from: 5, to: 90, stage: 'Summarizing' };

test.each([1, 40_000, 900_000])(
  'an estimate over %i ms nears the next checkpoint, and never reaches it',
  (expectedMs) => {
    let before = span.from;
    for (let elapsedMs = 0; elapsedMs <= 1_000 * expectedMs; elapsedMs += expectedMs / 4) {
      const progress = estimate(span, elapsedMs, expectedMs);
      expect(progress).toBeGreaterThanOrEqual(before);
      expect(Math.floor(progress)).toBeLessThan(span.to);
      before = progress;
    }
    expect(estimate(span, 0, expectedMs)).toBe(span.from);
    expect(estimate(span, expectedMs, expectedMs)).toBeCloseTo(5 + 85 * 0.865, 0);
    expect(before).toBe(span.to - 1);
  },
);
