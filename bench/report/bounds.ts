import type { Contestant } from '../variants/variant.ts';

/** The medians of one row. */
export type Figures = Partial<Record<Contestant, number>>;

/** What our figure must be, on its own or beside the rivals'. */
export interface Bound {
  text: string;
  holds: (figures: Figures) => boolean;
}

export function atMost(most: number): Bound {
  return { text: `≤ ${most}`, holds: ({ ours = NaN }) => ours <= most };
}

export function atLeast(least: number): Bound {
  return { text: `≥ ${least.toLocaleString('en')}`, holds: ({ ours = NaN }) => ours >= least };
}

/** At most so many times the recipe's. */
export function atMostTimes(factor: number): Bound {
  return {
    text: factor === 1 ? '≤ the recipe’s' : `≤ ${factor} ×`,
    holds: ({ ours = NaN, recipe = NaN }) => ours <= factor * recipe,
  };
}

/** At least so many times a rival's. */
export function atLeastTimes(factor: number, rival: 'recipe' | 'rest' = 'recipe'): Bound {
  const name = rival === 'rest' ? ' Fastify REST' : '';
  return {
    text: `≥ ${factor} ×${name}`,
    holds: ({ ours = NaN, [rival]: theirs = NaN }) => ours >= factor * theirs,
  };
}
