import { expect, test } from 'vitest';
import { createTextAnalyzer } from '../src/text/analyze.ts';
import { cutText } from '../src/text/cut-text.ts';
import { findText } from '../src/text/find-text.ts';

test.each([
  ['', 0],
  ['a', 3],
  ['aab', 0],
  ['abaabab', 1],
  ['é', 0],
])('%j from %i on is found where indexOf finds it', (wanted, from) => {
  const text = 'aabaabaabab';
  expect(findText(text, wanted, from)).toBe(wanted === '' ? -1 : text.indexOf(wanted, from));
});

test.each([
  ['after a sentence', 'One two. Three four', 12, ['One two. ', 'Three four']],
  ['between words', 'one two three', 9, ['one two ', 'three']],
  ['anywhere, but not in a character', 'abc🚢def', 4, ['abc', '🚢de', 'f']],
  ['not at all if it is short', 'abc', 3, ['abc']],
])('a text is cut %s', (_where, text, length, pieces) => {
  const cut = cutText(text, length);
  expect(cut.map((piece) => piece.text)).toEqual(pieces);
  for (const { text: piece, start } of cut) expect(text.startsWith(piece, start)).toBe(true);
});

test('white space that the tokenizer does not know leaves offsets right', async () => {
  const text = 'The bridge\u3000is\u000bopen.\u2028It\u00a0cost 48\u2003euros.';
  const reader = await createTextAnalyzer().readerFor(text, 'en');
  const words = reader.sentencesOf(text).flatMap((sentence) => sentence.words);
  expect(words.map((word) => word.text).join(' ')).toBe('The bridge is open . It cost 48 euros .');
  for (const word of words) expect(text.slice(word.start, word.end)).toBe(word.text);
});
