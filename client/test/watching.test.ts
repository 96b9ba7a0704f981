import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { expectNoLeaks } from '../../test/environment/app/leaks.ts';
import { eventually } from '../../test/environment/eventually.ts';
import { createJobs } from '../src/index.ts';
import type { Jobs, JobsOptions } from '../src/index.ts';
import { createSource } from '../src/source.ts';
import { createJobTopic } from '../src/topics/job.ts';
import { readEvents } from '../src/wire/read-events.ts';
import { startScriptedServer } from './environment/scripted-server.ts';
import type { ScriptedServer } from './environment/scripted-server.ts';

// Each of these is a bug that users of another client have reported; the comment names it.
expectNoLeaks();

describe('watching', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(() => server[Symbol.asyncDispose]());

  function connect(options: Partial<JobsOptions> = {}): Jobs {
    const jobs = createJobs({ url: server.url, transports: ['websocket'], ...options });
    onTestFinished(jobs.close);
    return jobs;
  }

  /** Watches a job whose version 5 is known. */
  async function watchJob(jobs: Jobs, id = 'a') {
    const source = jobs.sources.job(id);
    onTestFinished(source.subscribe(() => undefined));
    const subscription = await server.subscriptions.next();
    subscription.send({ id, version: 5, state: 'ACTIVE' });
    await eventually(() => expect(source.get().value).toMatchObject({ version: 5 }));
    return { source, subscription };
  }

  // triggerdotdev/trigger.dev#1599, triggerdotdev/trigger.dev#2929, apollographql/apollo-client#11304
  test('a job is over by its state, not when its stream ends', async () => {
    const { source, subscription } = await watchJob(connect());
    subscription.complete();
    const next = await server.subscriptions.next();
    expect(source.get()).toMatchObject({ isOver: false, error: undefined });
    next.send({ id: 'a', version: 9, state: 'COMPLETED' });
    await eventually(() => expect(source.get()).toMatchObject({ isOver: true }));
  });

  // apollographql/apollo-client#5166, vercel/ai#18457
  test('a stream that begins again goes on after the version that is known', async () => {
    const { subscription } = await watchJob(connect());
    subscription.cut();
    expect(await server.subscriptions.next()).toMatchObject({ variables: { id: 'a', after: 5 } });
  });

  // triggerdotdev/trigger.dev#2162, apollographql/apollo-feature-requests#1025
  test('an older version is never shown after a newer one, whichever stream it comes by', async () => {
    const { source, subscription } = await watchJob(connect());
    const seen: unknown[] = [];
    onTestFinished(source.subscribe(() => seen.push(source.get().value?.version)));
    subscription.cut();
    const next = await server.subscriptions.next();
    next.send({ id: 'a', version: 3, state: 'QUEUED' });
    next.send({ id: 'a', version: 6, state: 'ACTIVE' });
    await eventually(() => expect(source.get().value).toMatchObject({ version: 6 }));
    expect(seen).not.toContain(3);
  });

  // vercel/ai#13863, vercel/ai#21201: two hooks, or one that React mounts twice.
  test('any number of listeners is one subscription, also when they leave and come back', async () => {
    const jobs = connect();
    const { source } = await watchJob(jobs);
    const stops = [jobs.sources.job('a'), jobs.sources.job('a')].map((it) =>
      it.subscribe(() => undefined),
    );
    for (const stop of stops) stop();
    onTestFinished(jobs.sources.job('a').subscribe(() => undefined));
    // What is watched next comes next: nothing was sent in between.
    await watchJob(jobs, 'b');
    expect(jobs.sources.job('a')).toBe(source);
    expect(server.subscriptions.all.map(({ variables }) => variables['id'])).toEqual(['a', 'b']);
    expect(server.connections.all).toHaveLength(1);
  });

  // apollographql/apollo-client#6970, #7198, #7511, #8439
  test('another job does not begin with what the last one showed', async () => {
    const jobs = connect();
    await watchJob(jobs, 'a');
    expect(jobs.sources.job('b').get()).toMatchObject({ value: undefined, error: undefined });
  });

  // triggerdotdev/trigger.dev#1541
  test('what is known is the same object until it says something else', async () => {
    const { source, subscription } = await watchJob(connect());
    const { value } = source.get();
    subscription.send({ id: 'a', version: 5, state: 'ACTIVE' });
    subscription.send({ id: 'a', version: 5, state: 'ACTIVE', position: 1 });
    await eventually(() => expect(source.get().value).toMatchObject({ position: 1 }));
    subscription.cut();
    const changed = source.get().value;
    expect(changed).not.toBe(value);
    (await server.subscriptions.next()).send(changed!);
    await eventually(() => expect(source.get().value).toBe(changed));
  });

  // supabase/supabase-js#2613, supabase/realtime-js#123, electric-sql/electric#892
  test('each connection is made with the token of then', async () => {
    const tokens = ['first', 'second'];
    const { subscription } = await watchJob(connect({ token: () => tokens.shift() }));
    subscription.cut();
    await server.subscriptions.next();
    expect(server.connections.all.map(({ authorization }) => authorization)).toEqual([
      'Bearer first',
      'Bearer second',
    ]);
  });

  // inngest/inngest-js#1057
  test('no token is asked for before something is watched', async () => {
    const token = vi.fn<() => string>(() => 'a token');
    const jobs = connect({ token });
    jobs.sources.job('a').get();
    expect(token).not.toHaveBeenCalled();
    await watchJob(jobs);
    expect(token).toHaveBeenCalledOnce();
  });
});

// triggerdotdev/trigger.dev#2705
test('arguments that say the same are the same list, whatever object they are', () => {
  using jobs = createJobs({ url: 'http://127.0.0.1:9/graphql' });
  const one = jobs.sources.jobs({ tags: ['a'], states: ['ACTIVE'] });
  expect(jobs.sources.jobs({ states: ['ACTIVE'], tags: ['a'] })).toBe(one);
  expect(jobs.sources.jobs({ states: ['ACTIVE'], tags: ['b'] })).not.toBe(one);
});

// upstash/realtime#7, inngest/inngest-js#1146, apollographql/apollo-client#10084
test('what nobody has watched for a while is watched again when somebody comes', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const stop = vi.fn<() => void>();
  const watch = vi.fn<() => () => void>(() => stop);
  const source = createSource({ watch }, createJobTopic('a'), () => undefined);
  for (let times = 1; times <= 3; times += 1) {
    const leave = source.subscribe(() => undefined);
    expect(watch).toHaveBeenCalledTimes(times);
    leave();
    vi.advanceTimersByTime(60_000);
    expect(stop).toHaveBeenCalledTimes(times);
  }
});

// triggerdotdev/trigger.dev#1549
test('events are whole, wherever the network cuts them', async () => {
  const text = ':\n\nevent: next\ndata: {"id":"ä–€"}\n\nevent: complete\ndata: {"id":"1"}\n\n';
  const bytes = new TextEncoder().encode(text);
  for (let size = 1; size < 9; size += 1) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.slice(index * size, (index + 1) * size),
    );
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
    const events = [];
    for await (const event of readEvents(body, () => undefined)) events.push(event);
    expect(events).toEqual([
      { event: 'next', data: '{"id":"ä–€"}' },
      { event: 'complete', data: '{"id":"1"}' },
    ]);
  }
});
