import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignSpeakers } from '../../../src/subjects/transcript/assign-speakers.ts';

type Turn = [start: number, end: number, speaker: string];

function assign(spans: [start: number, end: number][], turns: Turn[]): (string | null)[] {
  return assignSpeakers(
    spans.map(([start, end]) => ({ start, end })),
    turns.map(([start, end, speaker]) => ({ start, end, speaker })),
  );
}

test.each<[what: string, span: [number, number], turns: Turn[], speaker: string | null]>([
  ['nobody is heard', [0, 1], [], null],
  ['all turns are over', [5, 6], [[0, 5, 'A']], null],
  ['all turns come later', [0, 5], [[5, 6, 'A']], null],
  [
    'it lies in a pause',
    [2, 3],
    [
      [0, 2, 'A'],
      [3, 4, 'B'],
    ],
    null,
  ],
  ['one turn covers it', [1, 2], [[0, 9, 'A']], 'A'],
  ['a turn touches it by a moment', [0, 2], [[1.999, 3, 'A']], 'A'],
  [
    'somebody speaks longer',
    [0, 10],
    [
      [0, 4, 'A'],
      [4, 10, 'B'],
    ],
    'B',
  ],
  [
    'somebody speaks longer in several turns',
    [0, 10],
    [
      [0, 3, 'A'],
      [3, 7, 'B'],
      [7, 9, 'A'],
    ],
    'A',
  ],
  [
    'turns of one speaker overlap, and count once',
    [0, 10],
    [
      [0, 4, 'A'],
      [0, 4, 'A'],
      [4, 9, 'B'],
    ],
    'B',
  ],
  [
    'two speak equally long',
    [0, 10],
    [
      [5, 10, 'A'],
      [0, 5, 'B'],
    ],
    'B',
  ],
  [
    'two speak equally long, and one did so before',
    [10, 20],
    [
      [0, 1, 'A'],
      [10, 15, 'B'],
      [15, 20, 'A'],
    ],
    'A',
  ],
  [
    'two speak at once',
    [0, 10],
    [
      [0, 10, 'B'],
      [0, 10, 'A'],
    ],
    'B',
  ],
  ['it has no length', [1, 1], [[0, 9, 'A']], null],
  ['it ends before it starts', [2, 1], [[0, 9, 'A']], null],
  [
    'turns have no length, or end before they start',
    [0, 9],
    [
      [1, 1, 'A'],
      [5, 2, 'B'],
    ],
    null,
  ],
  [
    'times differ by rounding alone',
    [0, 0.6],
    [
      [0, 0.1 + 0.2, 'A'],
      [0.3, 0.6, 'B'],
    ],
    'A',
  ],
  ['times are below 0', [-1, 1], [[-0.5, 1, 'A']], 'A'],
])('when %s', (_what, span, turns, speaker) => {
  expect(assign([span], turns)).toEqual([speaker]);
});

test('each span gets its own speaker, in whatever order spans and turns are', () => {
  const turns: Turn[] = [
    [6, 9, 'C'],
    [0, 3, 'A'],
    [3, 6, 'B'],
  ];
  expect(
    assign(
      [
        [7, 8],
        [0, 2],
        [2, 7],
        [20, 21],
      ],
      turns,
    ),
  ).toEqual(['C', 'A', 'B', null]);
});

/** Adds up milliseconds one by one. */
function assignSlowly([start, end]: [number, number], turns: Turn[]): string | null {
  const order = turns.filter(([from, to]) => to > from).toSorted(([a], [b]) => a - b);
  let found: { speaker: string | null; ms: number } = { speaker: null, ms: 0 };
  for (const speaker of new Set(order.map(([, , name]) => name))) {
    const own = order.filter(([, , name]) => name === speaker);
    let ms = 0;
    for (let at = start; at < end; at += 1) ms += own.some(([a, b]) => a <= at && at < b) ? 1 : 0;
    if (ms > found.ms) found = { speaker, ms };
  }
  return found.speaker;
}

test('it is who speaks during most milliseconds', () => {
  const time = fc.integer({ min: 0, max: 60 });
  const turn = fc.tuple(time, time, fc.constantFrom('A', 'B', 'C'));
  const check = ([start, end]: [number, number], turns: Turn[]) => {
    const inSeconds = turns.map(([a, b, name]): Turn => [a / 1_000, b / 1_000, name]);
    const [speaker] = assign([[start / 1_000, end / 1_000]], inSeconds);
    expect(speaker).toBe(assignSlowly([start, end], turns));
  };
  fc.assert(fc.property(fc.tuple(time, time), fc.array(turn, { maxLength: 12 }), check));
});
