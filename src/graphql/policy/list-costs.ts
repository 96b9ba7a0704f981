import { pageSizes } from '../paging.ts';
import { refusal } from './refusal.ts';

/** Default and maximum number of log lines of one query. */
export const logLines = { defaultSize: 100, maxSize: 1_000 };

interface SizeArguments {
  first?: number | null | undefined;
  last?: number | null | undefined;
}

interface Sizes {
  defaultSize: number;
  maxSize: number;
}

/**
 * The cost of a list with the arguments `first` and `last`: the selection of an item is multiplied by the size. Throws a
 * GraphQLError for an invalid size; this happens before execution, so that no mutation has run.
 */
export function listCost({ defaultSize, maxSize }: Sizes) {
  return ({ first, last }: SizeArguments) => {
    assertSize('first', first, maxSize);
    assertSize('last', last, maxSize);
    return { field: 1, multiplier: Math.max(first ?? 0, last ?? 0) || defaultSize };
  };
}

/** A size above the maximum is an error: a client that got a shorter list might take it for the whole. */
function assertSize(name: string, size: number | null | undefined, max: number): void {
  if (size == null || (size >= 0 && size <= max)) return;
  throw refusal(`\`${name}\` must be from 0 to ${max}, not ${size}.`, 'BAD_USER_INPUT');
}

export const pageCost = listCost(pageSizes);
export const logCost = listCost(logLines);
