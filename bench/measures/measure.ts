import type { Bench } from '../deployment.ts';
import type { Bound } from '../report/bounds.ts';
import type { Variant, VariantName } from '../variants/variant.ts';

/** The result of one round of a variant. */
export interface Sample {
  /** Figures of the table, by the keys of its rows. */
  figures: Record<string, number>;
  /** Figures that are listed below the table. */
  details?: Record<string, number>;
  /** Why the round does not count. */
  flaw?: string | undefined;
}

/** A variant that is set up for a measure. */
export interface Session extends AsyncDisposable {
  round: () => Promise<Sample>;
}

/** A row of the table. */
export interface Row {
  /** The key of its figure in a sample. */
  key: string;
  title: string;
  unit: string;
  better: 'lower' | 'higher';
  /** The sum of all rounds is shown, as the median would hide a single bad round. */
  isSum?: true;
  must: Bound;
  aim: Bound;
}

export interface Measure {
  name: string;
  variants: readonly VariantName[];
  /** Rounds that do not count, until the code is compiled and caches are filled. */
  warmUps: number;
  /** Whether it makes a history of its own, and is not measured with finished jobs as well. */
  hasOwnHistory?: true;
  /** Fewer rounds, for a measure that takes long and hardly varies. */
  maxRounds?: number;
  rows: readonly Row[];
  open: (bench: Bench, variant: Variant) => Promise<Session>;
}
