import { describe, expect, test } from 'vitest';
import { localSession } from '../../../src/access/identity/session.ts';
import { listTranscriptsById } from '../../../src/subjects/transcript/queries.ts';
import {
  describeSegments,
  readTranscriptText,
} from '../../../src/subjects/transcript/stored-segments.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { segment } from '../../environment/jobs/transcripts.ts';
import { useStoredSegments } from './use-stored-segments.ts';

expectNoLeaks();

const { viewer } = localSession;
const { stack, storeSummary, store, read } = useStoredSegments();

/** What models write as the segments of a summary, and what is read of it. */
const written: [what: string, segments: unknown, read: ReturnType<typeof segment>[]][] = [
  [
    'as FOVEA’s service does',
    [
      { start: 0, end: 2.5, text: ' Welcome.', speaker: null, confidence: 0.9 },
      { start: 2.5, end: 4, text: ' Two vessels.', speaker: 'SPEAKER_01', confidence: null },
    ],
    [segment(0, 0, 2.5, 'Welcome.'), segment(1, 2.5, 4, 'Two vessels.', 'SPEAKER_01')],
  ],
  [
    'out of order, with overlaps',
    [
      { start: 5, end: 9, text: 'c' },
      { start: 1, end: 8, text: 'b' },
      { start: 1, end: 2, text: 'a' },
      { start: 1, end: 2, text: 'a again' },
    ],
    [
      segment(0, 1, 2, 'a'),
      segment(1, 1, 2, 'a again'),
      segment(2, 1, 8, 'b'),
      segment(3, 5, 9, 'c'),
    ],
  ],
  [
    'without text',
    [
      { start: 0, end: 1, text: '' },
      { start: 1, end: 2, text: ' \n\u00a0\u200b' },
      { start: 2, end: 3 },
      { start: 3, end: 4, text: null },
      { start: 4, end: 5, text: ['a'] },
      { start: 5, end: 6, text: { de: 'a' } },
      { start: 6, end: 7, text: 'kept' },
    ],
    [segment(0, 6, 7, 'kept')],
  ],
  [
    'with odd times',
    [
      { start: -0.02, end: 1, text: 'before the start' },
      { start: 3, end: 2, text: 'ends before it starts' },
      { start: 4, text: 'without an end' },
      { start: 5, end: 'soon', text: 'with an unknown end' },
      { start: '6.5', end: '7', text: 'in text' },
      { start: 8, end: -1, text: 'with a negative end' },
    ],
    [
      segment(0, 0, 1, 'before the start'),
      segment(1, 3, 3, 'ends before it starts'),
      segment(2, 4, 4, 'without an end'),
      segment(3, 5, 5, 'with an unknown end'),
      segment(4, 6.5, 7, 'in text'),
      segment(5, 8, 8, 'with a negative end'),
    ],
  ],
  [
    'without a time that can be one',
    [
      { end: 1, text: 'none' },
      { start: null, text: 'null' },
      { start: 1e9, text: 'beyond 30 years' },
      { start: 1e300, text: 'far beyond' },
      { start: '1e400', text: 'infinite' },
      { start: '00:01', text: 'a clock' },
      { start: [1], text: 'a list' },
      { start: true, text: 'true' },
      { start: 999_999_999.5, text: 'just below' },
    ],
    [segment(0, 999_999_999.5, 999_999_999.5, 'just below')],
  ],
  [
    'with odd speakers',
    [
      { start: 0, end: 1, text: 'a number', speaker: 3 },
      { start: 1, end: 2, text: 'blank', speaker: ' ' },
      { start: 2, end: 3, text: 'long', speaker: ` ${'S'.repeat(300)}` },
    ],
    [
      segment(0, 0, 1, 'a number', '3'),
      segment(1, 1, 2, 'blank'),
      segment(2, 2, 3, 'long', 'S'.repeat(200)),
    ],
  ],
  [
    'with a text that is too long',
    [{ start: 0, end: 1, text: ` ${'🐋'.repeat(5_001)}` }],
    [segment(0, 0, 1, '🐋'.repeat(5_000))],
  ],
  ['as a list of other things', [1, 'a', null, true, [{ start: 0, end: 1, text: 'a' }], {}], []],
  ['as no list', 'Welcome.', []],
  ['as an object', { 0: { start: 0, end: 1, text: 'a' } }, []],
  ['as null', null, []],
  ['not at all', undefined, []],
];

describe('segments', () => {
  test.each(written)(
    'of a summary that are written %s are read',
    async (_what, segments, expected) => {
      const id = await storeSummary({ segments });
      expect(await read(id)).toEqual(expected);
      expect(await readTranscriptText(stack.db, id)).toBe(
        expected.map(({ text }) => text).join('\n'),
      );
      const [described] = await describeSegments(stack.db, [id]);
      const speakers = expected.flatMap(({ speaker }) => speaker ?? []);
      expect(described).toEqual({ id, segmentCount: expected.length, speakers });
    },
  );

  test.each(written.filter(([, segments]) => Array.isArray(segments)))(
    'that are given %s are stored as they would be read of a summary',
    async (_what, segments, expected) => {
      const id = await store(segments as object[]);
      expect(await read(id)).toEqual(expected);
      const [transcript] = await listTranscriptsById(stack.db, viewer, [id]);
      const speakers = expected.flatMap(({ speaker }) => speaker ?? []);
      expect(transcript).toMatchObject({ segmentCount: expected.length, speakers });
    },
  );
});
