import { magnitudes, smallNumbers } from './number-words.ts';
import type { Word } from './sentence.ts';

export interface ParsedNumber {
  value: number;
  /** Maximum rounding error of the number as it is written. */
  slack: number;
  /** A score (3-1) is one value, which only equals the same score. */
  form: 'digits' | 'words' | 'clock' | 'score';
  /** Number of words. */
  length: number;
}

/** Parses the number that begins at a word, in digits, words or magnitudes; undefined if there is none. */
export function parseNumberAt(
  words: readonly Word[],
  index: number,
  language: string,
): ParsedNumber | undefined {
  const text = words[index]?.text ?? '';
  if (/^\d{1,2}[:h]\d{2}$/u.test(text))
    return { value: Number(text.replace(/\D/u, '.')), slack: 0, form: 'clock', length: 1 };
  const score = /^(\d{1,2})[-–:](\d{1,2})$/u.exec(text);
  if (score)
    return { value: Number(score[1]) * 100 + Number(score[2]), slack: 0, form: 'score', length: 1 };
  const digits = parseDigits(text, language);
  const base = digits === undefined ? parseWords(words, index) : { value: digits, length: 1 };
  if (!base) return undefined;
  let { value, length } = base;
  let isScaled = false;
  for (
    let magnitude = magnitudeAt(words, index + length);
    magnitude;
    magnitude = magnitudeAt(words, index + length)
  ) {
    value *= magnitude;
    length += 1;
    isScaled = true;
    if (words[index + length]?.text === '.' && words[index + length + 1]) length += 1;
  }
  const form = digits === undefined ? 'words' : 'digits';
  return { value, slack: slackOf(value, text, isScaled), form, length };
}

function parseDigits(text: string, language: string): number | undefined {
  if (!/^\d[\d.,\u2019']*$/u.test(text)) return undefined;
  const thousands =
    language === 'en' || language === 'und'
      ? /(?<=\d)[,'\u2019](?=\d{3}(?!\d))/gu
      : /(?<=\d)[.'\u2019](?=\d{3}(?!\d))/gu;
  const value = Number(text.replace(thousands, '').replace(',', '.').replace(/\.$/u, ''));
  return Number.isFinite(value) ? value : undefined;
}

/** "two hundred and fifty": adds below a hundred, multiplies by hundred; the caller handles larger magnitudes. */
function parseWords(
  words: readonly Word[],
  index: number,
): { value: number; length: number } | undefined {
  const first = words[index]?.text.toLowerCase() ?? '';
  if ((first === 'a' || first === 'an') && magnitudeAt(words, index + 1))
    return { value: 1, length: 1 };
  if (first === 'one' && !isCount(words, index)) return undefined;
  let value = smallNumbers.get(first);
  if (value === undefined) return undefined;
  let length = 1;
  for (;;) {
    const skip = /^(?:-|and)$/u.test(words[index + length]?.text ?? '') ? 1 : 0;
    const word = words[index + length + skip]?.text.toLowerCase() ?? '';
    const addend = smallNumbers.get(word);
    const canAdd =
      addend !== undefined &&
      value >= 20 &&
      (value % 100 === 0 || (value % 10 === 0 && addend < 10));
    if (canAdd) value += addend;
    else if (word === 'hundred' && skip === 0) value *= 100;
    else return { value, length };
    length += skip + 1;
  }
}

/** "One" is often a pronoun. */
function isCount(words: readonly Word[], index: number): boolean {
  const next = words[index + 1];
  if (!next || words[index - 1]?.lemma === 'no' || next.pos === 'VERB') return false;
  return next.isContent || next.text === '-' || magnitudeAt(words, index + 1) !== undefined;
}

function magnitudeAt(words: readonly Word[], index: number): number | undefined {
  return magnitudes.get(words[index]?.text.toLowerCase().replace(/\.$/u, '') ?? '');
}

/** Half of the last written digit, for magnitudes and round thousands; small counts are exact. */
function slackOf(value: number, text: string, isScaled: boolean): number {
  const fraction = /[.,](\d+)$/u.exec(text)?.[1] ?? '';
  if (isScaled && value < 1000) return 0;
  if (isScaled) {
    const written = Number.parseFloat(text.replace(',', '.')) || 1;
    return (value / written) * 0.5 * 10 ** -fraction.length;
  }
  if (value < 1000 || !Number.isInteger(value)) return 0;
  let place = 1;
  while (value % (place * 10) === 0) place *= 10;
  return place / 2;
}
