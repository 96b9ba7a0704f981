import { expect, test } from 'vitest';
import { divideByClaims } from '../../src/result/summary/claims.ts';
import type { Claim } from '../../src/result/summary/claims.ts';
import { toBlocks } from '../../src/result/synthesis/blocks.ts';
import { divideByCitations } from '../../src/result/synthesis/cite.ts';
import { toText, toVtt } from '../../src/result/transcript/format.ts';

function claim(
  id: string,
  text: string,
  charStart: number | null = null,
  charEnd: number | null = null,
): Claim {
  return { id, text, charStart, charEnd, confidence: 1, claimType: null, moments: [] };
}

const summary = '🚢 The Aurora enters. It is towed.';

test('a text is divided where claims start and end, also where they overlap', () => {
  const claims = [
    claim('whole', 'The Aurora enters.', 3, 21),
    claim('part', 'Aurora', 7, 13),
    claim('across', 'enters. It', 14, 24),
  ];
  const pieces = divideByClaims(summary, claims);
  expect(pieces.map(({ text }) => text).join('')).toBe(summary);
  expect(pieces.map(({ text, claims: of }) => [text, of.map(({ id }) => id).join(' ')])).toEqual([
    ['🚢 ', ''],
    ['The ', 'whole'],
    ['Aurora', 'whole part'],
    [' ', 'whole'],
    ['enters.', 'whole across'],
    [' It', 'across'],
    [' is towed.', ''],
  ]);
});

test.each([
  ['without offsets', null, null],
  ['that begins before the text', -1, 4],
  ['that ends after it', 4, 1_000],
  ['of nothing', 4, 4],
])('a claim %s is no part of the text', (_what, start, end) => {
  expect(divideByClaims(summary, [claim('x', 'x', start, end)])).toEqual([
    { text: summary, start: 0, claims: [] },
  ]);
});

test('a synthesis is divided by the claims that it repeats, the longest first, and by its markers', () => {
  const text = '1. Costs\nThe bridge cost 63 million [2].\n- Of [9] more.';
  const sources = [
    [claim('short', 'Cost 63 million')],
    [claim('long', 'The bridge cost 63 million.')],
  ];
  const pieces = divideByCitations(text, sources);
  expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  expect(
    pieces.map(({ text: it, citation, marked }) => [it, citation?.claim.id ?? marked]),
  ).toEqual([
    ['1. Costs\n', undefined],
    ['The bridge cost 63 million', 'long'],
    [' ', undefined],
    ['[2]', 1],
    ['.\n- Of [9] more.', undefined],
  ]);
  const blocks = toBlocks(pieces).map(({ kind, pieces: of }) => [
    kind,
    of.map((it) => it.text).join(''),
  ]);
  expect(blocks).toEqual([
    ['heading', '1. Costs'],
    ['paragraph', 'The bridge cost 63 million [2].'],
    ['item', 'Of [9] more.'],
  ]);
});

test('a transcript as WebVTT has no sign that a player would take for markup, and as text a paragraph a speaker', () => {
  const said = [
    { index: 0, start: 1.25, end: 2, speaker: 'A <b>', text: '1 < 2 & 3\n\n--> 4' },
    { index: 1, start: 3_661, end: 3_661, speaker: 'A <b>', text: 'Yes.' },
    { index: 2, start: 3_662, end: 3_663, speaker: null, text: 'No.' },
  ];
  expect(toVtt(said)).toBe(
    [
      'WEBVTT\n',
      '00:00:01.250 --> 00:00:02.000\n<v A &lt;b&gt;>1 &lt; 2 &amp; 3\n--&gt; 4\n',
      '01:01:01.000 --> 01:01:01.001\n<v A &lt;b&gt;>Yes.\n',
      '01:01:02.000 --> 01:01:03.000\nNo.\n',
    ].join('\n'),
  );
  expect(toText(said)).toBe('A <b>: 1 < 2 & 3\n\n--> 4 Yes.\n\nNo.\n');
});
