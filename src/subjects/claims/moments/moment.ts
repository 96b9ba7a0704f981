/** A part of a video, in seconds. */
export interface Moment {
  start: number;
  end: number;
  /** How likely it is said there, from 0 to 1. */
  confidence: number;
}

/** Moments of one statement at most. */
export const maxMoments = 5;

/** The most likely first, then the earliest. */
export function sortMoments(moments: readonly Moment[]): Moment[] {
  return moments
    .toSorted((a, b) => b.confidence - a.confidence || a.start - b.start)
    .slice(0, maxMoments);
}
