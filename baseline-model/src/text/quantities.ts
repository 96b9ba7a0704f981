import { parseNumberAt, type ParsedNumber } from './parse-number.ts';
import { comparators, unitOf } from './number-words.ts';
import type { Word } from './sentence.ts';
import { monthNames } from './time-words.ts';

/** A number with its unit, as the interval of values that the text allows. */
export interface Quantity {
  low: number;
  high: number;
  /** A currency, `percent`, or the counted noun; empty for a bare number. */
  unit: string;
  /** `time` for years, days and clock times, `label` for a number in a name (Pier 3). */
  kind: 'amount' | 'time' | 'label';
  /** Indices of its words, unit included. */
  from: number;
  to: number;
}

/** Finds the quantities in the words of a sentence, by the number format of its language. */
export function findQuantities(words: readonly Word[], language: string): Quantity[] {
  const found: Quantity[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const number = parseNumberAt(words, index, language);
    if (!number) continue;
    const quantity = toQuantity(words, index, number);
    found.push(quantity);
    index = quantity.to;
  }
  return found;
}

function toQuantity(words: readonly Word[], index: number, number: ParsedNumber): Quantity {
  const last = index + number.length - 1;
  const currency = unitOf.get(words[index - 1]?.text ?? '');
  const unit = currency ? { name: currency, end: last } : unitAfter(words, last);
  const from = currency ? index - 1 : index;
  const kind = currency ? 'amount' : kindOf(words, index, number, unit.name);
  const interval = intervalOf(number, comparatorBefore(words, from));
  return {
    ...(kind === 'time' ? { low: number.value, high: number.value } : interval),
    unit: number.form === 'score' ? 'score' : unit.name,
    kind,
    from,
    to: unit.end,
  };
}

function unitAfter(words: readonly Word[], last: number): { name: string; end: number } {
  let at = last + 1;
  if (words[at]?.text === '-' || /^(?:of|de)$/u.test(words[at]?.lemma ?? '')) at += 1;
  if (words[at]?.lemma === 'per' && words[at + 1]?.lemma === 'cent')
    return { name: 'percent', end: at + 1 };
  const named =
    unitOf.get(words[at]?.lemma ?? '') ?? unitOf.get(words[at]?.text.toLowerCase() ?? '');
  if (named) return { name: named, end: at };
  const first = words[at];
  if (!first || (!first.isContent && first.pos !== 'ADJ')) return { name: '', end: last };
  if (!first.pos) return { name: first.term, end: at };
  // "200 new jobs": the counted noun is the last of the run.
  let noun = -1;
  for (; /^(?:ADJ|NOUN)$/u.test(words[at]?.pos ?? ''); at += 1) {
    if (words[at]?.pos === 'NOUN') noun = at;
  }
  if (noun === -1) return { name: '', end: last };
  return { name: unitOf.get(words[noun]?.lemma ?? '') ?? words[noun]?.term ?? '', end: noun };
}

function kindOf(
  words: readonly Word[],
  index: number,
  number: ParsedNumber,
  unit: string,
): Quantity['kind'] {
  const before = words[index - 1];
  const after = words[index + number.length];
  const isNextToMonth = [before, after, words[index + number.length + 1]].some((word) =>
    monthNames.has(word?.lemma ?? ''),
  );
  if (number.form === 'clock' || /^(?:a\.?m\.?|p\.?m\.?|o'clock|uhr)$/iu.test(after?.text ?? ''))
    return 'time';
  if (isNextToMonth && number.value < 32) return 'time';
  const isYear =
    number.form === 'digits' &&
    Number.isInteger(number.value) &&
    number.value >= 1500 &&
    number.value <= 2100;
  if (
    isYear &&
    (unit === '' ||
      isNextToMonth ||
      /^(?:in|since|until|by|seit|bis|en|depuis|year)$/u.test(before?.lemma ?? ''))
  ) {
    return 'time';
  }
  if (
    number.form === 'digits' &&
    unit === '' &&
    /^(?:NOUN|PROPN)$/u.test(before?.pos ?? '') &&
    before?.lemma !== 'cost'
  ) {
    return 'label';
  }
  return 'amount';
}

function comparatorBefore(
  words: readonly Word[],
  from: number,
): 'about' | 'atLeast' | 'atMost' | undefined {
  const before = words
    .slice(Math.max(0, from - 3), from)
    .map((word) => word.text.toLowerCase())
    .join(' ');
  return comparators.find(([phrase]) => before === phrase || before.endsWith(` ${phrase}`))?.[1];
}

function intervalOf(
  { value, slack }: ParsedNumber,
  comparator: string | undefined,
): { low: number; high: number } {
  if (comparator === 'atLeast') return { low: value, high: Infinity };
  if (comparator === 'atMost') return { low: 0, high: value };
  if (comparator === 'about') return { low: value * 0.9, high: value * 1.1 };
  return { low: value - slack, high: value + slack };
}
