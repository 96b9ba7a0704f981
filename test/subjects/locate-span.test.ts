import { describe, expect, test } from 'vitest';
import { listOccurrences } from '../../src/subjects/claims/list-occurrences.ts';
import { locateSpan } from '../../src/subjects/claims/locate-span.ts';

const text = 'A tug enters. A ship leaves. A tug enters.';
const tug = 'A tug enters.';

test.each<
  [
    string,
    string,
    number | null | undefined,
    number | null | undefined,
    [number, number] | undefined,
  ]
>([
  ['that fit are kept, 0 included', tug, 0, 13, [0, 13]],
  ['that fit a later place are kept', tug, 29, 42, [29, 42]],
  ['that are a little off lead to the nearest place', tug, 27, 40, [29, 42]],
  ['that are a little too far lead to the nearest place', tug, 2, 15, [0, 13]],
  ['that are turned around lead to the first place', tug, 13, 0, [0, 13]],
  ['that are below 0 lead to the first place', tug, -5, 8, [0, 13]],
  ['beyond the text lead to the first place', tug, 400, 413, [0, 13]],
  ['that are missing lead to the first place', 'A ship leaves.', undefined, undefined, [14, 28]],
  ['that are null lead to the first place', 'A ship leaves.', null, null, [14, 28]],
  ['of which one is missing lead to the first place', 'A ship leaves.', 14, null, [14, 28]],
  ['too short for the claim are mended', 'A ship leaves.', 14, 20, [14, 28]],
  ['of a claim in other words are kept', 'The vessel departs.', 14, 28, [14, 28]],
  [
    'of a claim in other words that fit no place are dropped',
    'The vessel departs.',
    14,
    280,
    undefined,
  ],
  [
    'of a claim in other words that are missing stay so',
    'The vessel departs.',
    null,
    null,
    undefined,
  ],
  ['of nothing are nowhere', '', 3, 3, undefined],
])('offsets %s', (_what, claim, start, end, expected) => {
  const span = locateSpan(text, claim, start, end);
  expect(span && [span.start, span.end]).toEqual(expected);
});

test('offsets count UTF-16 units', () => {
  expect(locateSpan('🚢 Björn enters.', 'Björn', 2, 7)).toEqual({ start: 3, end: 8 });
});

describe('a text in another', () => {
  const long = 'a'.repeat(300_000);
  test('is found, or not, in one pass', () => {
    const claim = 'a'.repeat(150_000);
    expect([...listOccurrences(long, `b${claim}`)]).toEqual([]);
    expect([...listOccurrences(long, `${claim}b`)]).toEqual([]);
    expect(locateSpan(long, `${claim}b`, 0, 10)).toEqual({ start: 0, end: 10 });
    expect(locateSpan(long, claim, 70_000, 70_001)).toEqual({ start: 70_000, end: 220_000 });
  });

  test.each([
    ['', []],
    ['a', [0, 1, 3, 4, 6, 7, 9]],
    ['aab', [0, 3, 6]],
    ['abaabab', [4]],
    ['baab', [2, 5]],
    ['é', []],
  ])('%j is at %j', (wanted, places) => {
    expect([...listOccurrences('aabaabaabab', wanted)]).toEqual(places);
  });
});
