import type { VariantName } from '../variants/variant.ts';

/** The medians of one row. */
export type Figures = Partial<Record<VariantName, number>>;

/** What our figure must be, absolutely or compared with the baselines. */
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

/** At most this many times the recipe's figure. */
export function atMostTimes(factor: number): Bound {
  return {
    text: factor === 1 ? '≤ the recipe’s' : `≤ ${factor} ×`,
    holds: ({ ours = NaN, recipe = NaN }) => ours <= factor * recipe,
  };
}

/** At least this many times a baseline's figure. */
export function atLeastTimes(factor: number, baseline: 'recipe' | 'rest' = 'recipe'): Bound {
  const name = baseline === 'rest' ? ' Fastify REST' : '';
  return {
    text: `≥ ${factor} ×${name}`,
    holds: ({ ours = NaN, [baseline]: theirs = NaN }) => ours >= factor * theirs,
  };
}
