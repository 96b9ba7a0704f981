import { expect, test } from 'vitest';
import { eventually } from '../../environment/eventually.ts';
import {
  createSubjects,
  followJob,
  getUpdate,
  readJob,
  startJob,
  watchJob,
} from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useProxiedRedis } from '../../environment/app/use-proxied-redis.ts';

expectNoLeaks();

const tested = useProxiedRedis();
const { start, expectCompleted, setPaused, isPausedInRedis, countWaiting } = tested;

/** How many waiting jobs the queue is given at least. */
const room = 10;

test('a queue stays paused, and its jobs are enqueued again, after Redis has lost everything', async () => {
  await setPaused('pause');
  const jobs = await Promise.all(Array.from({ length: room + 2 }, start));
  await eventually(async () => expect(await countWaiting()).toBe(room));
  await tested.redis.flushall();
  await eventually(async () => {
    expect(await isPausedInRedis()).toBe(1);
    expect(await countWaiting()).toBe(room);
  });
  for (const { id } of jobs) {
    expect(await readJob(tested.app.graphql, id)).toMatchObject({ state: 'QUEUED', attempt: 0 });
  }
  await setPaused('resume');
  await Promise.all(jobs.map(({ id }) => expectCompleted(id)));
});

test('running and waiting jobs complete, each with one result, after Redis has lost everything', async () => {
  const gate = tested.model.hold('/api/summarize');
  const ownVideo = await createSubjects(tested.app.graphql, { path: 'own.mp4' });
  const jobs = await Promise.all(
    Array.from({ length: 6 }, () => startJob(tested.app.graphql, 'summarizeVideo', ownVideo)),
  );
  await gate.reached();
  await tested.redis.flushall();
  gate.open();
  await eventually(async () => {
    for (const { id } of jobs)
      expect(await readJob(tested.app.graphql, id)).toMatchObject({ state: 'COMPLETED' });
  });
  const { video } = await tested.app.graphql.request(
    'query ($id: ID!) { video(id: $id) { summaries { id } } }',
    { id: ownVideo.videoId },
  );
  const resultIds = await Promise.all(
    jobs.map(async ({ id }) => {
      const { job } = await tested.app.graphql.request(
        'query ($id: ID!) { job(id: $id) { ... on VideoSummarizationJob { result { id } } } }',
        { id },
      );
      return { id: job.result.id as string };
    }),
  );
  const byId = (one: { id: string }, other: { id: string }) => one.id.localeCompare(other.id);
  expect(video.summaries.toSorted(byId)).toEqual(resultIds.toSorted(byId));
});

test('events that start over behind those applied are logged once, and applied', async () => {
  const gate = tested.model.hold('/api/summarize');
  const running = await start();
  await gate.reached();
  // As if a Redis whose clock is an hour ahead were replaced by another one.
  const key = `${tested.prefix}:video-summarization:events`;
  const report = JSON.stringify({ attempt: 1, progress: 1, stage: 'Ahead' });
  const ahead = `${Date.now() + 3_600_000}-0`;
  const updates = watchJob(tested.app.graphql, 'sse', running['id']);
  await updates.next();
  await tested.redis.xadd(key, ahead, 'event', 'progress', 'jobId', running['id'], 'data', report);
  // The worker's own report may follow at once.
  for await (const update of updates) if (getUpdate(update)['stage'] === 'Ahead') break;
  await tested.redis.del(key);
  const waiting = await start();
  gate.open();
  await Promise.all([expectCompleted(running['id']), expectCompleted(waiting['id'])]);
  expect(tested.lines.filter(({ msg }) => msg.startsWith('events have started over'))).toHaveLength(
    1,
  );
  expect((await followJob(tested.app.graphql, 'sse', (await start())['id'])).at(-1)).toMatchObject({
    state: 'COMPLETED',
  });
});
