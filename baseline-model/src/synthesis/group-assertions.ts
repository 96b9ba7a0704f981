import { unitOf } from '../text/number-words.ts';
import type { Word } from '../text/sentence.ts';
import { similarity, type TermVector } from '../text/term-vectors.ts';
import { timeWords } from '../text/time-words.ts';
import type { Assertion } from './assertion.ts';
import { takeNear } from './take-near.ts';

/** Assertions about one topic, the most important first. */
export interface Theme {
  label: string;
  assertions: Assertion[];
}

const sameTheme = 0.2;
const sameFieldBonus = 0.2;
/** A term in more themes than this is not specific. */
const maxThemesPerTerm = 60;

interface Group {
  members: Assertion[];
  sum: Map<string, number>;
  /** Squared length of the sum. */
  lengthSquared: number;
  field: string | undefined;
}

/** Groups assertions by similarity to the themes so far; returns themes by importance. */
export function groupByTheme(assertions: readonly Assertion[]): Theme[] {
  const groups: Group[] = [];
  const byKey = new Map<string, Group[]>();
  for (const assertion of assertions) {
    const keys = [
      ...assertion.vector.keys(),
      ...(assertion.field ? [`field:${assertion.field}`] : []),
    ];
    const near = takeNear(keys.map((key) => byKey.get(key) ?? []));
    const group: Group = nearest(assertion, near) ?? {
      members: [],
      sum: new Map(),
      lengthSquared: 0,
      field: assertion.field,
    };
    if (group.members.length === 0) groups.push(group);
    group.members.push(assertion);
    addTo(group, assertion.vector);
    for (const key of keys) {
      const known = byKey.get(key);
      if (!known) byKey.set(key, [group]);
      else if (known.length < maxThemesPerTerm && !known.includes(group)) known.push(group);
    }
  }
  return groups
    .map(toTheme)
    .toSorted((a, b) => (b.assertions[0]?.importance ?? 0) - (a.assertions[0]?.importance ?? 0));
}

function addTo(group: Group, vector: TermVector): void {
  for (const [term, weight] of vector) {
    const before = group.sum.get(term) ?? 0;
    group.sum.set(term, before + weight);
    group.lengthSquared += weight * (2 * before + weight);
  }
}

function nearest(assertion: Assertion, groups: ReadonlySet<Group>): Group | undefined {
  let best: Group | undefined;
  let highest = sameTheme;
  for (const group of groups) {
    const isSameField = group.field !== undefined && group.field === assertion.field;
    const score = likeness(assertion.vector, group) + (isSameField ? sameFieldBonus : 0);
    if (score < highest) continue;
    best = group;
    highest = score;
  }
  return best;
}

function toTheme({ members, field }: Group): Theme {
  const assertions = members.toSorted((a, b) => b.importance - a.importance || a.order - b.order);
  return { label: labelOf(assertions, field), assertions };
}

function likeness(vector: TermVector, { sum, lengthSquared }: Group): number {
  return similarity(vector, sum) / Math.max(1e-9, Math.sqrt(lengthSquared));
}

/** The most shared nouns as written in the text; on a tie the first one; the field if none is shared. */
function labelOf(members: readonly Assertion[], field: string | undefined): string {
  const counts = new Map<string, { text: string; count: number }>();
  for (const { words } of members) {
    const nouns = words.filter((word) => word.isContent && isTelling(word));
    for (const [term, text] of new Map(nouns.map((word) => [word.term, word.text]))) {
      const known = counts.get(term);
      if (known) known.count += 1;
      else counts.set(term, { text, count: 1 });
    }
  }
  const top = [...counts.values()].toSorted((a, b) => b.count - a.count).slice(0, 2);
  if (members.length > 1 && field && (top[0]?.count ?? 0) < 2) return field;
  return top.map(({ text }) => text).join(', ');
}

function isTelling({ pos, lemma }: Word): boolean {
  const isNoun = pos === undefined || pos === 'NOUN' || pos === 'PROPN';
  return isNoun && !timeWords.has(lemma) && !unitOf.has(lemma);
}
