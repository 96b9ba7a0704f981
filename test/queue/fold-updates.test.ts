import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { JobUpdate } from '../../src/jobs/rows/update.ts';
import { foldUpdates } from '../../src/queue/bridge/job-events.ts';
import {
  active,
  completed,
  delayed,
  failed,
  queued,
  toUpdates,
} from '../environment/jobs/job-changes.ts';
import type { JobChange } from '../environment/jobs/job-changes.ts';

test.each<{
  what: string;
  words: JobChange[];
  layers: (Partial<JobUpdate> & { eventId: bigint })[];
}>([
  { what: 'no updates make no layer', words: [], layers: [] },
  {
    what: 'reports of one attempt become the latest, with the most progress',
    words: [active(1, 5), active(1, 40), active(1, 30, 'Saving')],
    layers: [{ eventId: 3n, progress: 40, stage: 'Saving' }],
  },
  {
    what: 'a report before the end is told with the end',
    words: [active(1, 5), active(1, 92), completed(1)],
    layers: [{ eventId: 3n, state: 'COMPLETED', attempt: 1 }],
  },
  {
    what: 'a report before a delay is told with the delay, under its attempt',
    words: [active(1, 40), delayed],
    layers: [{ eventId: 2n, state: 'DELAYED', attempt: 1, progress: 40 }],
  },
  {
    what: 'reports of two attempts stay two',
    words: [active(1, 40), active(2, 5)],
    layers: [
      { eventId: 1n, attempt: 1 },
      { eventId: 2n, attempt: 2 },
    ],
  },
  {
    what: 'a report after a delay stays apart from it',
    words: [delayed, active(2, 5)],
    layers: [
      { eventId: 1n, state: 'DELAYED' },
      { eventId: 2n, state: 'ACTIVE' },
    ],
  },
  {
    what: 'an attempt, its delay and the next attempt to its end become two',
    words: [active(1, 5), delayed, queued, active(2, 5), completed(2)],
    layers: [
      { eventId: 3n, state: 'QUEUED', attempt: 1 },
      { eventId: 5n, state: 'COMPLETED' },
    ],
  },
  // Whether that is still the end, the row knows: it may have been taken back to QUEUED since.
  {
    what: 'what follows an end stays apart from it',
    words: [failed, active(2, 5)],
    layers: [
      { eventId: 1n, state: 'FAILED' },
      { eventId: 2n, state: 'ACTIVE' },
    ],
  },
])('$what', ({ words, layers }) => {
  const jobId = randomUUID();
  expect(foldUpdates(toUpdates(jobId, words))).toMatchObject(
    layers.map((layer) => [{ ...layer, jobId }]),
  );
});

test('a layer has one update of each job, whatever others do meanwhile', () => {
  const [a, b] = [
    toUpdates('a', [active(1, 5), active(2, 5), completed(2)]),
    toUpdates('b', [active(1, 7), completed(1)]),
  ];
  const layers = foldUpdates([a[0]!, b[0]!, a[1]!, b[1]!, a[2]!]);
  expect(layers.map((layer) => layer.map(({ jobId, state }) => `${jobId} ${state}`))).toEqual([
    ['a ACTIVE', 'b COMPLETED'],
    ['a COMPLETED'],
  ]);
});
