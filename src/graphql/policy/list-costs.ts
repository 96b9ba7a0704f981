import { pageSizes } from '../paging.ts';
import { refusal } from './refusal.ts';

/** Lines of a log that one query gets when it does not say, and at most. */
export const logLines = { defaultSize: 100, maxSize: 1_000 };

interface Wanted {
  first?: number | null | undefined;
  last?: number | null | undefined;
}

interface Sizes {
  defaultSize: number;
  maxSize: number;
}

/**
 * The cost of a list of which a client says how much it wants: what is chosen of an item counts once for each. Throws what to
 * tell of a size that is none: before anything runs, so that no mutation has been done whose answer then is an error.
 */
function listCost({ defaultSize, maxSize }: Sizes) {
  return ({ first, last }: Wanted) => {
    expectSize('first', first, maxSize);
    expectSize('last', last, maxSize);
    return { field: 1, multiplier: Math.max(first ?? 0, last ?? 0) || defaultSize };
  };
}

/** Who asked for more and was given less would take a part for the whole. */
function expectSize(name: string, size: number | null | undefined, max: number): void {
  if (size == null || (size >= 0 && size <= max)) return;
  throw refusal(`\`${name}\` must be from 0 to ${max}, not ${size}.`, 'BAD_USER_INPUT');
}

export const pageCost = listCost(pageSizes);
export const logCost = listCost(logLines);
