import { findQuantities, type Quantity } from '../text/quantities.ts';
import type { Word } from '../text/sentence.ts';
import { timeWords } from '../text/time-words.ts';
import { textOf, withoutAsides } from './clause-words.ts';
import { countNegations, predicatesOf } from './predicates.ts';
import { findSubject, type Subject } from './subject.ts';
import { hedges, humans, neutralNouns, opposites, people, scopes } from './word-lists.ts';

/** The statement of a clause in comparable parts. */
export interface Statement {
  /** The clause as written. */
  text: string;
  /** Head of the subject; undefined for a pronoun. */
  subject: string | undefined;
  /** The subject is "nobody", which denies it of every human. */
  isNobody: boolean;
  isHuman: boolean;
  hasGrammar: boolean;
  /** Verbs and complements of "to be"; opposites have the same word. */
  predicates: ReadonlySet<string>;
  /** Other nouns; without a grammar, all content words. */
  nouns: ReadonlySet<string>;
  names: ReadonlySet<string>;
  /** Adjectives of the subject. */
  modifiers: ReadonlySet<string>;
  scopes: ReadonlySet<string>;
  times: ReadonlySet<string>;
  amounts: readonly (Quantity & { text: string })[];
  /** Years and times of day in figures. */
  moments: readonly (Quantity & { text: string })[];
  isNegated: boolean;
  /** The word is the opposite of its family ("closed"), which denies it at the same time. */
  usesOpposite: boolean;
  isFuture: boolean;
  isHedged: boolean;
}

/** Parses one clause; its words must be from the same text. */
export function readStatement(clause: readonly Word[], language: string): Statement {
  const words = withoutAsides(clause);
  const quantities = findQuantities(words, language);
  const hasGrammar = words.every((word) => word.pos !== undefined);
  const subject = hasGrammar ? findSubject(words) : undefined;
  const isAmount = amountMarker(quantities);
  const predicates = hasGrammar ? predicatesOf(words, subject?.verb ?? -1, isAmount) : [];
  const families = predicates.map((lemma) => opposites.get(lemma));
  const oppositeCount = families.filter((family) => family?.isOpposite).length;
  const others = words.filter(
    (word, index) =>
      isMatter(word, hasGrammar) &&
      !isAmount(index) &&
      word !== subject?.head &&
      index !== subject?.verb,
  );
  const withText = (kind: Quantity['kind']) =>
    quantities
      .filter((quantity) => quantity.kind === kind)
      .map((one) => ({ ...one, text: textOf(words.slice(one.from, one.to + 1)) }));
  return {
    text: textOf(words),
    subject: nameOf(subject),
    isNobody: subject?.isNobody ?? false,
    isHuman: humans.has(subject?.head?.lemma ?? ''),
    hasGrammar,
    predicates: new Set(predicates.map((lemma, index) => families[index]?.meaning ?? lemma)),
    nouns: new Set(others.filter(({ pos }) => pos !== 'PROPN').map((word) => word.term)),
    names: namesOf(others, quantities),
    modifiers: new Set(modifiersOf(words.slice(0, subject?.verb ?? 0))),
    scopes: new Set(words.filter(isScope).map((word) => word.lemma)),
    times: timesOf(words, quantities),
    amounts: withText('amount'),
    moments: withText('time'),
    isNegated: (countNegations(words) + oppositeCount) % 2 === 1,
    usesOpposite: oppositeCount > 0,
    isFuture: words.some((word) => /^(?:will|shall|wird|werden|would|should)$/u.test(word.lemma)),
    isHedged: words.some((word) => hedges.has(word.lemma)),
  };
}

function nameOf(subject: Subject | undefined): string | undefined {
  if (!subject?.head) return undefined;
  const isPerson = subject.isNobody || people.has(subject.head.lemma);
  return isPerson ? 'person' : subject.head.term;
}

function isScope(word: Word): boolean {
  return scopes.has(word.lemma);
}

/** Whether a word is about the topic, not about time, amount or certainty. */
function isMatter(word: Word, hasGrammar: boolean): boolean {
  const { lemma, pos } = word;
  if (!word.isContent || timeWords.has(lemma) || isScope(word) || hedges.has(lemma)) return false;
  return !hasGrammar || pos === 'PROPN' || (pos === 'NOUN' && !neutralNouns.has(lemma));
}

function namesOf(others: readonly Word[], quantities: readonly Quantity[]): Set<string> {
  const names = others.filter(({ pos }) => pos === 'PROPN').map(({ lemma }) => lemma);
  const labels = quantities.filter(({ kind }) => kind === 'label').map(({ low }) => `#${low}`);
  return new Set([...names, ...labels]);
}

function timesOf(words: readonly Word[], quantities: readonly Quantity[]): Set<string> {
  const named = words.filter(({ lemma }) => timeWords.has(lemma)).map(({ lemma }) => lemma);
  const numbered = quantities.filter(({ kind }) => kind === 'time').map(({ low }) => String(low));
  return new Set([...named, ...numbered]);
}

function modifiersOf(words: readonly Word[]): string[] {
  return words.filter((word) => word.pos === 'ADJ' && !isScope(word)).map(({ lemma }) => lemma);
}

function amountMarker(quantities: readonly Quantity[]): (index: number) => boolean {
  const marked = new Set<number>();
  for (const { from, to } of quantities)
    for (let index = from; index <= to; index += 1) marked.add(index);
  return (index) => marked.has(index);
}
