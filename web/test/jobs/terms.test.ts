import { describe, expect, test } from 'vitest';
import { splitDraft } from '../../src/jobs/filter/draft.ts';
import { readTerm, readTerms, toFilter } from '../../src/jobs/filter/terms.ts';

const now = Date.parse('2026-11-29T12:00:00Z');

describe('a condition', () => {
  test.each([
    ['state:failed', { qualifier: 'state', value: 'failed' }],
    ['State:ACTIVE', { qualifier: 'state', value: 'active' }],
    ['type:TRANSCRIPTION', { qualifier: 'type', value: 'transcript' }],
    ['error:model_timeout', { qualifier: 'error', value: 'MODEL_TIMEOUT' }],
    ['tag:"two words"', { qualifier: 'tag', value: 'two words' }],
    ['tag:a:b', { qualifier: 'tag', value: 'a:b' }],
    ['after:2h', { qualifier: 'after', value: '2026-11-29T10:00:00Z' }],
    ['before:2026-11-29T08:30:00Z', { qualifier: 'before', value: '2026-11-29T08:30:00Z' }],
  ])('is read from %s', (text, term) => {
    expect(readTerm(text, now)).toEqual(term);
  });

  test.each([
    'state:odd',
    'state:',
    'nothing:here',
    'failed',
    ':failed',
    'error:NOPE',
    'after:soon',
    'after:12',
  ])('is not read from %s', (text) => {
    expect(readTerm(text, now)).toBeUndefined();
  });
});

test('conditions of one kind widen the filter, several kinds narrow it, and of some the last counts', () => {
  const url = 'state=failed&state=queued&type=claims&tag=a&tag=b&owner=x&owner=y&odd=1&video=v';
  expect(toFilter(readTerms(new URLSearchParams(url)), ' dredging ')).toEqual({
    states: ['FAILED', 'QUEUED'],
    types: ['CLAIM_EXTRACTION'],
    tags: ['a', 'b'],
    videoIds: ['v'],
    owner: 'y',
    text: 'dredging',
  });
});

test.each([
  ['port ferry', { text: 'port ferry', word: 'ferry' }],
  ['port state:fa', { text: 'port', word: 'state:fa' }],
  ['port tag:"two wo', { text: 'port', word: 'tag:"two wo' }],
  ['12:30', { text: '12:30', word: '12:30' }],
  ['', { text: '', word: '' }],
])(
  'what is written as %j filters by its words, and leaves a condition that is not finished',
  (draft, split) => {
    expect(splitDraft(draft)).toEqual(split);
  },
);
