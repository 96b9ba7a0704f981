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
  throw refusal(`\`${name}\` must be from 0 to ${max}, and is ${size}.`, 'BAD_USER_INPUT');
}

export const pageCost = listCost(pageSizes);
export const logCost = listCost(logLines);

/** What other lists usually hold, rather more. */
export const typicalListSizes = {
  /** As many as a job type is given, by default. */
  attempts: { multiplier: 3 },
  /** As many as extraction makes, by default. */
  claims: { multiplier: 50 },
  /** A tree of claims has no more of them, however deep it is. */
  subclaims: { multiplier: 1 },
  steps: { multiplier: 3 },
  queues: { multiplier: 3 },
  keyFrames: { multiplier: 10 },
  /** Of one video. */
  summaries: { multiplier: 10 },
  /** Of one synthesis. */
  sources: { multiplier: 10 },
};

/**
 * What texts that may be large cost beside plain fields, roughly by their kilobytes: an hour of speech has some 60 and more.
 * A page of 100 with all that was said is refused by default, and one of 10 is not.
 */
export const textCosts = { text: 5, visualAnalysis: 20, audioTranscript: 200 };
