import { expect, test } from 'vitest';
import { createPositionRequests } from '../../src/live/position-requests.ts';
import type { PositionWatchers } from '../../src/live/position-tracker.ts';
import { createMemoryBroker } from '../../src/pubsub/memory-broker.ts';

const nothing: PositionWatchers = { types: [], reasonedTypes: [], owners: [], jobs: [] };
const type = 'VIDEO_SUMMARIZATION';

test('the leader knows what others want, and asks for each job once', async () => {
  await using broker = createMemoryBroker();
  const leader = createPositionRequests(broker);
  const [one, two] = [createPositionRequests(broker), createPositionRequests(broker)];
  using _listening = await leader.listen();
  await one.send({
    types: [],
    reasonedTypes: [],
    owners: [],
    jobs: [{ id: 'a', type, isReasoned: false }],
  });
  await two.send({
    types: [type],
    reasonedTypes: [],
    owners: ['ann'],
    jobs: [{ id: 'a', type, isReasoned: false }],
  });
  const own = {
    types: [type],
    reasonedTypes: [],
    owners: ['bob'],
    jobs: [{ id: 'b', type, isReasoned: false }],
  };
  expect(leader.addOthers(own)).toEqual({
    types: [type],
    reasonedTypes: [],
    owners: ['bob', 'ann'],
    jobs: [
      { id: 'b', type, isReasoned: false },
      { id: 'a', type, isReasoned: false },
    ],
  });
});

test('an operator wants everybody’s, and jobs that are watched one by one say nothing of owners', async () => {
  await using broker = createMemoryBroker();
  const [leader, other] = [createPositionRequests(broker), createPositionRequests(broker)];
  using _listening = await leader.listen();
  await other.send({ types: [type], reasonedTypes: [], owners: undefined, jobs: [] });
  expect(
    leader.addOthers({
      types: [],
      reasonedTypes: [],
      owners: [],
      jobs: [{ id: 'a', type, isReasoned: false }],
    }),
  ).toEqual({
    types: [type],
    reasonedTypes: [],
    owners: undefined,
    jobs: [{ id: 'a', type, isReasoned: false }],
  });
});

test('who leads no more forgets what others wanted', async () => {
  await using broker = createMemoryBroker();
  const [leader, other] = [createPositionRequests(broker), createPositionRequests(broker)];
  const listening = await leader.listen();
  await other.send({ types: [type], reasonedTypes: [], owners: ['ann'], jobs: [] });
  listening[Symbol.dispose]();
  expect(leader.addOthers(nothing)).toEqual(nothing);
});
