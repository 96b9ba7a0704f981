import type { TrackingResultQuery } from '../../api/generated/types.ts';

/** What a tracking job has found. */
export type Tracking = NonNullable<
  Extract<TrackingResultQuery['job'], { result: unknown }>['result']
>;
export type Track = Tracking['tracks'][number];
