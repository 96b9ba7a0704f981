import { conflictBetween } from '../statements/read-statements.ts';
import { similarity } from '../text/term-vectors.ts';
import type { Assertion } from './assertion.ts';
import { takeNear } from './take-near.ts';

const SAME_MEANING = 0.8;
/** A term in many assertions says little about any of them: only the latest are looked at. */
const MAX_NEAR_PER_TERM = 60;

/** Joins assertions that say the same in other words: the first wording stays, with the sources of all. */
export function mergeEqual(assertions: readonly Assertion[]): Assertion[] {
  const kept: Assertion[] = [];
  const sourcesOf = new Map<Assertion, Set<number>>();
  const byTerm = new Map<string, Assertion[]>();
  for (const assertion of assertions) {
    const near = takeNear([...assertion.vector.keys()].map((term) => byTerm.get(term) ?? []));
    const same = [...near].find((other) => isSameMeaning(assertion, other));
    if (same) {
      const sources = sourcesOf.get(same) ?? new Set(same.sources);
      sourcesOf.set(same, sources);
      for (const source of assertion.sources) sources.add(source);
      same.confidence = Math.max(same.confidence, assertion.confidence);
      continue;
    }
    kept.push(assertion);
    for (const term of assertion.vector.keys())
      byTerm.set(term, [...(byTerm.get(term) ?? []), assertion].slice(-MAX_NEAR_PER_TERM));
  }
  for (const [assertion, sources] of sourcesOf) assertion.sources = [...sources];
  return kept;
}

function isSameMeaning(a: Assertion, b: Assertion): boolean {
  if (similarity(a.vector, b.vector) < SAME_MEANING || conflictBetween(a.statements, b.statements))
    return false;
  const figures = ({ words }: Assertion) =>
    words
      .filter((word) => word.kind === 'number')
      .map((word) => word.text)
      .join(' ');
  const denials = ({ statements }: Assertion) =>
    statements.map(({ isNegated }) => isNegated).join(' ');
  return figures(a) === figures(b) && denials(a) === denials(b);
}
