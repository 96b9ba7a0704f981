/**
 * Whatever comes, time is linear in it. What is read here in a fraction of a second took minutes to hours by the square:
 * there is no time to measure, only the suite's own limit.
 */
import { describe, expect, test } from 'vitest';
import { extractClaims } from '../../src/claims/extract-claims.ts';
import { rankSentences } from '../../src/summary/rank-sentences.ts';
import { synthesize } from '../../src/synthesis/synthesize.ts';
import { createTextAnalyzer } from '../../src/text/analyze.ts';
import { findText } from '../../src/text/find-text.ts';
import { normalize } from '../../src/text/term-vectors.ts';
import { parseTranscript } from '../../src/transcript/parse-transcript.ts';
import type { Work } from '../../src/work.ts';

/** The slowest took the square of a megabyte for minutes, and of this for longer than a test may. */
const hostileLength = 300_000;
const fill = (part: string, length: number) =>
  part.repeat(Math.ceil(length / part.length)).slice(0, length);
const analyzer = createTextAnalyzer();
const work: Work = {
  signal: new AbortController().signal,
  step: async () => undefined,
  log: () => undefined,
};

describe('much', () => {
  const parts = [
    '[',
    '{\\',
    '(A ',
    '(AAAAAAA',
    'A',
    'word',
    '♪',
    '<a',
    '&#',
    ' ',
    '\r',
    '1:',
    '0:',
  ];
  const shapes: [shape: string, wrap: (text: string) => string][] = [
    ['in a cue', (text) => `WEBVTT\n\n00:01.000 --> 00:02.000\n${text}\nend`],
    ['before an arrow', (text) => `${text}-->`],
    ['after an arrow', (text) => `00:01.000 --> ${text}`],
  ];
  test.each(shapes)('of anything %s is parsed', (_shape, wrap) => {
    for (const part of [...parts, '-->', '1\n', '\n\n', '00:01.000-->00:02.000\n'])
      expect(parseTranscript(wrap(fill(part, hostileLength))).cues.length).toBeLessThanOrEqual(
        hostileLength,
      );
  });
});

describe('what the tokenizer takes the square of', () => {
  // By the square 250 kB of the quickest took half a minute, of http://a. an hour.
  const hard = ['http://a.', 'A', '#a', "'a", '-', 'a/', '? ', '&', '_', 'and it is so '];
  test.each(hard)('%j is read and summarized', async (part) => {
    const cue = { start: 0, end: 1, speaker: undefined, text: fill(part, 250_000).trim() };
    const reader = await analyzer.readerFor('it is what it is', 'en');
    const persona = { role: 'Engineer', need: 'What is it?' };
    const moments = await rankSentences([cue], persona, { reader, work });
    expect(moments.length).toBeGreaterThan(0);
  });

  test.each(['it is so, and it is so, ', '\n- a', 'word', '"it is" '])(
    '%j is taken apart into claims',
    async (part) => {
      const text = fill(part, 100_000);
      const request = { summary_id: 's', summary_text: text, max_claims: 200, min_confidence: 0 };
      const { claims } = await extractClaims(
        { ...request, extraction_strategy: 'hierarchical' },
        { analyzer, work },
      );
      for (const { text: claim, char_start, char_end } of claims)
        expect(claim).toBe(text.slice(char_start, char_end));
    },
  );
});

test('claims of thousands of sources are synthesized', async () => {
  const nouns = fill('bridge ferry harbour crane tunnel ', 1_000);
  const sources = Array.from({ length: 20_000 }, (_, index) => ({
    source_id: `video ${index}`,
    source_type: 'video' as const,
    claims: [
      { id: 'a', text: 'The bridge cost 48 million euros.', confidence: 0.5, subclaims: [] },
      // Alike, and each its own.
      ...(index < 400
        ? [{ id: 'b', text: `The crane is ${index}. ${nouns}`, confidence: 0.5, subclaims: [] }]
        : []),
    ],
  }));
  const answer = await synthesize(
    {
      summary_id: 's',
      claim_sources: sources,
      synthesis_strategy: 'analytical',
      max_length: 500,
      include_conflicts: true,
      include_citations: false,
    },
    { analyzer, work },
  );
  expect(answer.claims_used).toBe(20_400);
});

test('a vector may have more terms than a function may have arguments', () => {
  const vector = normalize(new Map(Array.from({ length: 300_000 }, (_, index) => [`${index}`, 1])));
  expect(vector.get('7')).toBeCloseTo(1 / Math.sqrt(300_000));
});

describe('a text in another', () => {
  const long = 'a'.repeat(300_000);
  test('is found, or not, in one pass', () => {
    const claim = 'a'.repeat(150_000);
    expect(findText(long, `b${claim}`)).toBe(-1);
    expect(findText(long, `${claim}b`)).toBe(-1);
  });
});
