import { nearTimes } from '../text/time-words.ts';
import type { Statement } from './statement.ts';
import { singleEvents } from './word-lists.ts';

export interface Conflict {
  kind: 'figures' | 'denial';
  reason: string;
}

/** Maximum nouns beside a number that the other statement omits. */
const maxExtraNouns = 2;
const currencies = new Set(['euro', 'dollar', 'pound', 'yen', 'krone', 'franc']);

/** Why two statements cannot both be true; undefined unless their words alone prove it. */
export function proveConflict(a: Statement, b: Statement): Conflict | undefined {
  if (a.isHedged || b.isHedged || a.isFuture !== b.isFuture || a.hasGrammar !== b.hasGrammar)
    return undefined;
  if (!isSameFrame(a, b)) return undefined;
  return denial(a, b) ?? differingFigures(a, b) ?? differingMoments(a, b);
}

function isSameSubject(a: Statement, b: Statement): boolean {
  if ((a.isNobody && b.isHuman) || (b.isNobody && a.isHuman)) return true;
  return a.subject !== undefined && a.subject === b.subject;
}

function isSameFrame(a: Statement, b: Statement): boolean {
  if (
    !isEqual(a.scopes, b.scopes) ||
    !isNested(a.modifiers, b.modifiers) ||
    !isNested(a.names, b.names)
  )
    return false;
  if (!a.hasGrammar) return countShared(a.nouns, b.nouns) >= 2 && isNested(a.nouns, b.nouns);
  return isSameSubject(a, b) && countShared(a.predicates, b.predicates) > 0;
}

function differingFigures(a: Statement, b: Statement): Conflict | undefined {
  if (a.isNegated !== b.isNegated || (a.isNegated && !a.usesOpposite) || !areTimesCompatible(a, b))
    return undefined;
  const extra = Math.abs(a.nouns.size - b.nouns.size);
  const maxExtra = a.hasGrammar || countShared(a.nouns, b.nouns) > 2 ? maxExtraNouns : 1;
  if (!isNested(a.nouns, b.nouns) || extra > maxExtra) return undefined;
  const pairs = a.amounts.flatMap((mine) => {
    const theirs = b.amounts.filter((amount) => isSameUnit(mine.unit, amount.unit));
    const isOnlyOne = a.amounts.filter((amount) => amount.unit === mine.unit).length === 1;
    // With several numbers of one unit, it is unknown which ones correspond.
    return theirs.length === 1 && theirs[0] && isOnlyOne ? [[mine, theirs[0]] as const] : [];
  });
  const apart = pairs.filter(([mine, theirs]) => mine.high < theirs.low || theirs.high < mine.low);
  // If two numbers differ, the statements are about different events.
  const [pair] = apart;
  if (!pair || apart.length > 1) return undefined;
  return {
    kind: 'figures',
    reason: `the figures differ (${pair[0].text} against ${pair[1].text})`,
  };
}

/** A unique event cannot have happened in two years. */
function differingMoments(a: Statement, b: Statement): Conflict | undefined {
  const [mine] = a.moments;
  const [theirs] = b.moments;
  if (!mine || !theirs || a.moments.length > 1 || b.moments.length > 1) return undefined;
  if (a.isNegated || b.isNegated || a.amounts.length > 0 || b.amounts.length > 0) return undefined;
  if (mine.low === theirs.low || mine.unit !== theirs.unit || !isEqual(a.nouns, b.nouns)) {
    return undefined;
  }
  const isOnce = [...a.predicates].some((word) => b.predicates.has(word) && singleEvents.has(word));
  const otherTimes = ({ times }: Statement, moment: { low: number }) =>
    new Set([...times].filter((time) => time !== String(moment.low)));
  if (!isOnce || !isEqual(otherTimes(a, mine), otherTimes(b, theirs))) return undefined;
  return { kind: 'figures', reason: `the times differ (${mine.text} against ${theirs.text})` };
}

function denial(a: Statement, b: Statement): Conflict | undefined {
  if (a.isNegated === b.isNegated || !isEqual(a.times, b.times)) return undefined;
  if (!isEqual(a.nouns, b.nouns) || !isEqual(a.names, b.names)) return undefined;
  const hasOpposite = a.usesOpposite || b.usesOpposite;
  const predicates = a.hasGrammar ? isNested(a.predicates, b.predicates) : true;
  // "Did not cost 48" and "cost 63" are both true; "rose by 5" and "fell by 3" are not.
  const figuresAgree = a.amounts.length === 0 || b.amounts.length === 0 || haveSameFigures(a, b);
  if (!predicates || (!figuresAgree && !hasOpposite)) return undefined;
  // "Three people were hurt" is denied by "nobody was hurt", but "two did not come" is not by "five came".
  const negative = a.isNegated ? a : b;
  if (negative.amounts.length > 0 && !figuresAgree && !negative.usesOpposite) return undefined;
  return { kind: 'denial', reason: 'one says what the other denies' };
}

function haveSameFigures(a: Statement, b: Statement): boolean {
  return a.amounts.every((mine) =>
    b.amounts.some(
      (theirs) =>
        isSameUnit(mine.unit, theirs.unit) && mine.low === theirs.low && mine.high === theirs.high,
    ),
  );
}

function areTimesCompatible(a: Statement, b: Statement): boolean {
  if (isEqual(a.times, b.times)) return true;
  if (a.times.size > 0 && b.times.size > 0) return false;
  return [...a.times, ...b.times].every((time) => nearTimes.has(time));
}

function isSameUnit(a: string, b: string): boolean {
  return a === b || (a === '' && currencies.has(b)) || (b === '' && currencies.has(a));
}

function countShared(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let count = 0;
  for (const item of small) if (large.has(item)) count += 1;
  return count;
}

function isNested(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return countShared(a, b) === Math.min(a.size, b.size);
}

function isEqual(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && isNested(a, b);
}
