import type { Word } from '../text/sentence.ts';
import { indefinites, people } from './word-lists.ts';

/** Nouns of a measure: "the cost of the bridge" is about the bridge. */
const measures = new Set(['cost', 'price', 'bill']);

export interface Subject {
  head: Word | undefined;
  /** "Nobody", "no one": the predicate is denied of every human. */
  isNobody: boolean;
  /** Index of the main verb or its substitute. */
  verb: number;
}

/** Finds the subject of a clause; undefined without a verb. */
export function findSubject(words: readonly Word[]): Subject | undefined {
  const verb = words.findIndex((word) => word.pos === 'VERB' || word.pos === 'AUX');
  if (verb === -1) return undefined;
  const before = words.slice(0, verb);
  const isNobody = /^(?:nobody|no one|none)\b/u.test(before.map(({ lemma }) => lemma).join(' '));
  const noun = firstNounPhrase(before);
  if (isNobody || isIndefinite(before)) {
    return { head: isNobody ? (noun ?? before.at(-1)) : undefined, verb, isNobody };
  }
  const measured = noun && measures.has(noun.lemma) ? measuredBy(words, noun, verb) : undefined;
  if (noun && measured) return { head: measured, verb: words.indexOf(noun), isNobody };
  const isExpletive = words[0]?.lemma === 'there';
  return { head: isExpletive ? firstNounPhrase(words.slice(verb + 1)) : noun, verb, isNobody };
}

/** "The cost of the bridge", "the bridge cost": both are about the bridge. */
function measuredBy(words: readonly Word[], noun: Word, verb: number): Word | undefined {
  const at = words.indexOf(noun);
  if (words[at + 1]?.lemma === 'of') return firstNounPhrase(words.slice(at + 2, verb));
  return words[at - 1]?.pos === 'NOUN' ? words[at - 1] : undefined;
}

function isIndefinite(subject: readonly Word[]): boolean {
  const first = subject[0];
  // "Some 200 people" is a number.
  return (
    first !== undefined &&
    indefinites.has(first.text.toLowerCase()) &&
    subject[1]?.kind !== 'number'
  );
}

/** The head of the first noun phrase: the last noun before a preposition or a mark. */
function firstNounPhrase(words: readonly Word[]): Word | undefined {
  let head: Word | undefined;
  for (const word of words) {
    if (word.pos === 'NOUN' || word.pos === 'PROPN' || people.has(word.lemma)) head = word;
    else if (head && word.pos !== 'ADJ' && word.pos !== 'NUM') return head;
  }
  return head;
}
