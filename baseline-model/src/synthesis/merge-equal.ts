import { conflictBetween } from '../statements/read-statements.ts';
import { similarity } from '../text/term-vectors.ts';
import type { Assertion } from './assertion.ts';
import { takeNear } from './take-near.ts';

const sameMeaning = 0.8;
/** A frequent term is not specific: only its latest assertions are compared. */
const maxNearPerTerm = 60;
/** Maximum similar assertions that are checked for a conflict; after that it is a claim of its own. */
const maxConflictChecks = 20;

/** Merges assertions of the same meaning: the first wording stays, with the sources of all. */
export function mergeEqual(assertions: readonly Assertion[]): Assertion[] {
  const kept: Assertion[] = [];
  const sourcesOf = new Map<Assertion, Set<number>>();
  const details = new Map<Assertion, string>();
  const byTerm = new Map<string, Assertion[]>();
  for (const assertion of assertions) {
    const near = takeNear([...assertion.vector.keys()].map((term) => byTerm.get(term) ?? []));
    details.set(assertion, detailsOf(assertion));
    const same = [...near]
      .filter(
        (other) =>
          details.get(other) === details.get(assertion) &&
          similarity(assertion.vector, other.vector) >= sameMeaning,
      )
      .slice(0, maxConflictChecks)
      .find((other) => !conflictBetween(assertion.statements, other.statements));
    if (same) {
      const sources = sourcesOf.get(same) ?? new Set(same.sources);
      sourcesOf.set(same, sources);
      for (const source of assertion.sources) sources.add(source);
      same.confidence = Math.max(same.confidence, assertion.confidence);
      continue;
    }
    kept.push(assertion);
    for (const term of assertion.vector.keys())
      byTerm.set(term, [...(byTerm.get(term) ?? []), assertion].slice(-maxNearPerTerm));
  }
  for (const [assertion, sources] of sourcesOf) assertion.sources = [...sources];
  return kept;
}

/** Numbers and negations, which are equal in texts of the same meaning. */
function detailsOf({ words, statements }: Assertion): string {
  const figures = words.filter((word) => word.kind === 'number').map((word) => word.text);
  const denials = statements.map(({ isNegated }) => isNegated);
  return `${figures.join(' ')}|${denials.join(' ')}`;
}
