import { expect, test } from 'vitest';
import type { OwnedReaders } from '../../src/db/owned-reader.ts';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import { localSession } from '../../src/access/identity/session.ts';
import { createJobSubscriptions } from '../../src/live/subscriptions/job.ts';
import { jobChannel, logChannel } from '../../src/pubsub/channels.ts';
import type { Broker } from '../../src/pubsub/broker.ts';
import { createMemoryBroker } from '../../src/pubsub/memory-broker.ts';

const { viewer } = localSession;
const id = '019a0000-0000-7000-8000-000000000001';
const row = { id, version: 1, state: 'ACTIVE', owner: viewer.owner } as JobRow;

function watchedJobs(broker: Broker) {
  const readers = { find: async () => row } as unknown as OwnedReaders;
  return createJobSubscriptions(broker, readers, { coalesced: 0, dropped: 0, resumes: 0 });
}

test('one function may listen several times, and each ends by itself', async () => {
  await using broker = createMemoryBroker();
  const heard: number[] = [];
  const listen = (sequence: number) => heard.push(sequence);
  const channel = logChannel('a');
  const stop = await broker.subscribe(channel, listen);
  await broker.subscribe(channel, listen);
  await broker.subscribe(logChannel('b'), listen);
  stop();
  stop();
  await broker.publish([channel], 1);
  await broker.publish([logChannel('b')], 2);
  expect(heard).toEqual([1, 2]);
});

test('who comes while the last one leaves hears of the job', async () => {
  await using broker = createMemoryBroker();
  const jobs = watchedJobs(broker);
  const first = await jobs.watch(viewer, id);
  first!.close();
  const second = await jobs.watch(viewer, id);
  expect((await second!.next()).value).toMatchObject({ version: 1 });
  await broker.publish([jobChannel(id)], { ...row, version: 2 });
  expect((await second!.next()).value).toMatchObject({ version: 2 });
  second!.close();
});

test('who comes after the broker refused a subscription subscribes anew', async () => {
  await using broker = createMemoryBroker();
  let isAway = true;
  const jobs = watchedJobs({
    ...broker,
    subscribe: async (channel, listener) => {
      if (isAway) throw new Error('the broker is away');
      return broker.subscribe(channel, listener);
    },
  });
  const first = jobs.watch(viewer, id);
  await expect(first).rejects.toThrow('the broker is away');
  expect(jobs.byId.size).toBe(0);
  isAway = false;
  const second = await jobs.watch(viewer, id);
  expect((await second!.next()).value).toMatchObject({ version: 1 });
  second!.close();
});
