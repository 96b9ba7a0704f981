import type { Word } from './sentence.ts';

/** Conjunctions between independent assertions. */
const joins = new Set(
  'and but yet so while although though whereas because und aber sondern doch denn während weil mais et car pero y ma maar en men och og'.split(
    ' ',
  ),
);
/** These make an assertion conditional, so its clauses are not split. */
const conditions = new Set('if unless whether provided wenn falls ob si se als hvis om'.split(' '));
const separators = new Set([';', ':', '—', '–']);
const minClauseWords = 3;

/** Splits the words of a sentence into clauses that make sense alone; one clause if it cannot be split. */
export function splitClauses(words: readonly Word[]): Word[][] {
  if (words.some((word) => conditions.has(word.lemma) && word.kind === 'word')) return [[...words]];
  const clauses: Word[][] = [];
  let start = 0;
  let isQuoted = false;
  for (const [index, word] of words.entries()) {
    if (isQuote(word)) isQuoted = !isQuoted;
    if (isQuoted || index <= start || !isBoundary(words, index)) continue;
    const left = trimClause(words.slice(start, index));
    const right = trimClause(words.slice(index));
    if (!isClause(left) || !isClause(right)) continue;
    clauses.push(left);
    start = index;
  }
  const last = trimClause(words.slice(start));
  return clauses.length === 0 ? [[...words]] : [...clauses, last];
}

/** A clause without surrounding conjunctions and punctuation. */
export function trimClause(words: readonly Word[]): Word[] {
  let from = 0;
  let to = words.length;
  while (from < to && isTrimmedAtStart(words[from] as Word)) from += 1;
  while (to > from && isTrimmedAtEnd(words[to - 1] as Word)) to -= 1;
  return words.slice(from, to);
}

export function isQuote(word: Word | undefined): boolean {
  return word !== undefined && /^["“”„«»]+$/u.test(word.text);
}

function isTrimmedAtStart(word: Word): boolean {
  return (
    joins.has(word.text.toLowerCase()) ||
    (word.kind === 'mark' && /^[\p{P}]+$/u.test(word.text) && !/^["“„«([]$/u.test(word.text))
  );
}

function isTrimmedAtEnd(word: Word): boolean {
  return word.kind === 'mark' && /^[.,;:!?…—–-]+$/u.test(word.text);
}

function isBoundary(words: readonly Word[], index: number): boolean {
  const word = words[index] as Word;
  // "Keller says: …" introduces a statement and is not a clause itself.
  if (separators.has(word.text)) return word.text !== ':' || words[index - 1]?.pos !== 'VERB';
  const follows = joins.has(word.text.toLowerCase());
  // Without a grammar, only a comma distinguishes joined clauses from joined nouns.
  return follows && (word.pos !== undefined || words[index - 1]?.text === ',');
}

function isClause(words: readonly Word[]): boolean {
  if (words.filter((word) => word.kind !== 'mark').length < minClauseWords) return false;
  if (words.some((word) => word.pos === undefined)) return true;
  const verb = words.findIndex((word) => word.pos === 'VERB' || word.pos === 'AUX');
  const before = words.slice(0, verb);
  // A relative pronoun makes no sense as a subject without its referent.
  const isRelative = /^(?:which|who|whose|that)$/u.test(words[0]?.lemma ?? '');
  return (
    verb > 0 &&
    !isRelative &&
    before.some((word) => /^(?:NOUN|PROPN|PRON|NUM)$/u.test(word.pos ?? ''))
  );
}
