import { expect, test } from 'vitest';
import { createPlaceWishes } from '../../src/live/place-wishes.ts';
import type { PlaceWatchers } from '../../src/live/watched-positions.ts';
import { createMemoryBroker } from '../../src/pubsub/memory-broker.ts';

const nothing: PlaceWatchers = { types: [], owners: [], jobs: [] };
const type = 'VIDEO_SUMMARIZATION';

test('the leader knows what others want, and asks for each job once', async () => {
  await using broker = createMemoryBroker();
  const leader = createPlaceWishes(broker);
  const [one, two] = [createPlaceWishes(broker), createPlaceWishes(broker)];
  using _listening = await leader.listen();
  await one.send({ types: [], owners: [], jobs: [{ id: 'a', type }] });
  await two.send({ types: [type], owners: ['ann'], jobs: [{ id: 'a', type }] });
  const own = { types: [type], owners: ['bob'], jobs: [{ id: 'b', type }] };
  expect(leader.addOthers(own)).toEqual({
    types: [type],
    owners: ['bob', 'ann'],
    jobs: [
      { id: 'b', type },
      { id: 'a', type },
    ],
  });
});

test('an operator wants everybody’s, and jobs that are watched one by one say nothing of owners', async () => {
  await using broker = createMemoryBroker();
  const [leader, other] = [createPlaceWishes(broker), createPlaceWishes(broker)];
  using _listening = await leader.listen();
  await other.send({ types: [type], owners: undefined, jobs: [] });
  expect(leader.addOthers({ types: [], owners: [], jobs: [{ id: 'a', type }] })).toEqual({
    types: [type],
    owners: undefined,
    jobs: [{ id: 'a', type }],
  });
});

test('who leads no more forgets what others wanted', async () => {
  await using broker = createMemoryBroker();
  const [leader, other] = [createPlaceWishes(broker), createPlaceWishes(broker)];
  const listening = await leader.listen();
  await other.send({ types: [type], owners: ['ann'], jobs: [] });
  listening[Symbol.dispose]();
  expect(leader.addOthers(nothing)).toEqual(nothing);
});
