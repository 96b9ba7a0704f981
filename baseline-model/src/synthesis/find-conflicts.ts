import { proveConflict } from '../statements/prove-conflict.ts';
import type { Statement } from '../statements/statement.ts';
import type { Assertion } from './assertion.ts';

/** Two assertions that cannot both be true. */
export interface Contradiction {
  a: Assertion;
  b: Assertion;
  reason: string;
}

interface Entry {
  assertion: Assertion;
  statement: Statement;
}

/** Maximum statements of one subject and predicate that are compared. */
const maxBucket = 300;
/** The search stops after this many contradictions: no text could list more. */
const maxContradictions = 500;
/** Average comparisons per statement, however many subjects and predicates are shared. */
const maxComparisonsPerStatement = 150;

/** The found contradictions, and the remaining number of comparisons. */
export interface Search {
  found: Map<string, Contradiction>;
  comparisonsLeft: number;
}

/** Creates a search whose cost grows linearly with the number of assertions. */
export function beginSearch(assertions: readonly Assertion[]): Search {
  const statements = assertions.reduce((sum, assertion) => sum + assertion.statements.length, 0);
  return { found: new Map(), comparisonsLeft: statements * maxComparisonsPerStatement };
}

/** Groups statements that could contradict each other: same subject, and a common predicate. */
export function comparableStatements(assertions: readonly Assertion[]): Entry[][] {
  const buckets = new Map<string, Entry[]>();
  const entries = assertions.flatMap((assertion) =>
    assertion.statements.map((statement) => ({ assertion, statement })),
  );
  for (const entry of entries) {
    for (const key of keysOf(entry.statement)) {
      const bucket = buckets.get(key) ?? [];
      if (bucket.length < maxBucket) bucket.push(entry);
      buckets.set(key, bucket);
    }
  }
  return [...buckets.values()].filter((bucket) => bucket.length > 1);
}

function keysOf({ hasGrammar, subject, isHuman, predicates, nouns }: Statement): string[] {
  if (!hasGrammar) return [...nouns].map((noun) => `noun:${noun}`);
  const subjects = [...(subject === undefined ? [] : [subject]), ...(isHuman ? ['person'] : [])];
  return [...new Set(subjects)].flatMap((name) =>
    [...predicates].map((predicate) => `${name}:${predicate}`),
  );
}

/** The contradictions of one group, each once. */
export function findContradictions(bucket: readonly Entry[], search: Search): void {
  const { found } = search;
  for (const [index, mine] of bucket.entries()) {
    for (const theirs of bucket.slice(index + 1)) {
      if (found.size >= maxContradictions || search.comparisonsLeft <= 0) return;
      search.comparisonsLeft -= 1;
      if (mine.assertion === theirs.assertion) continue;
      const conflict = proveConflict(mine.statement, theirs.statement);
      if (!conflict) continue;
      const key = `${conflict.kind}|${matterOf(mine.statement, conflict.kind)}|${[valuesOf(mine), valuesOf(theirs)].toSorted().join('|')}`;
      if (!found.has(key))
        found.set(key, { a: mine.assertion, b: theirs.assertion, reason: conflict.reason });
    }
  }
}

function matterOf({ subject, nouns, predicates, hasGrammar }: Statement, kind: string): string {
  if (!hasGrammar) return [...nouns].toSorted().slice(0, 2).join(' ');
  return kind === 'figures'
    ? (subject ?? '')
    : `${subject} ${[...predicates].toSorted().join(' ')}`;
}

function valuesOf({ statement }: Entry): string {
  return `${statement.isNegated}:${[...statement.amounts, ...statement.moments].map(({ low, high, unit }) => `${low}-${high}${unit}`).join(',')}`;
}
