import type { Bench } from '../deployment.ts';
import type { Bound } from '../report/bounds.ts';
import type { Contestant } from '../variants/variant.ts';

/** What one round of one contestant gave. */
export interface Sample {
  /** What the table shows, by the rows' keys. */
  figures: Record<string, number>;
  /** What is listed below it. */
  details?: Record<string, number>;
  /** Why the round does not count. */
  flaw?: string | undefined;
}

/** One contestant, set up for one measure. */
export interface Session extends AsyncDisposable {
  round: () => Promise<Sample>;
}

/** A line of the table. */
export interface Row {
  /** Of the sample's figures. */
  key: string;
  title: string;
  unit: string;
  better: 'lower' | 'higher';
  /** The sum of all rounds, where the median would hide the one that went wrong. */
  isSum?: true;
  must: Bound;
  aim: Bound;
}

export interface Measure {
  name: string;
  contestants: readonly Contestant[];
  /** Rounds before those that count: code that has just been loaded is not what a server runs. */
  warmUps: number;
  /** Rounds that are enough, where they hardly differ and take long. */
  maxRounds?: number;
  rows: readonly Row[];
  open: (bench: Bench, contestant: Contestant) => Promise<Session>;
}
