import { compare, type Appearance, type Picture } from './compare.ts';
import type { Placement } from './segment.ts';

/** An object that is followed from frame to frame; all in pixels of the scaled picture. */
export interface Followed {
  appearance: Appearance;
  /** Half the longer side of its box at scale 1. */
  radius: number;
  /** Where it was found last. */
  last: Placement;
  /** By how much it moves from one frame to the next. */
  speed: { x: number; y: number };
  /** Frames since it was found last. */
  missedFor: number;
  /** Frames in which it was found, but not clear. */
  unclearFor: number;
}

/** Below it something hides a part of the object, and nothing is learned from it. */
export const clearScore = 0.72;
/** How much less a place counts at the edge of the search than where the object is expected. */
const distancePenalty = 0.12;
/** By how many pixels a place is corrected, one after the other. */
const steps = [2, 2, 1, 1, 1, 0.5, 0.5];

/** A place that has been compared with the object. */
export interface Candidate extends Placement {
  score: number;
  /** With the penalty for its distance. */
  rank: number;
}

function rate(
  picture: Picture,
  { appearance }: Followed,
  place: Placement,
  expected: Placement,
  reach: number,
  stride = 1,
): Candidate {
  const { score, within } = compare(picture, appearance, place, stride);
  const away = Math.hypot(place.x - expected.x, place.y - expected.y) / reach;
  const outside = 0.3 * (1 - within);
  return { ...place, score, rank: score - distancePenalty * Math.min(1, away) ** 2 - outside };
}

/** Looks around the expected place, the farther the longer the object has been lost. */
export function searchNear(picture: Picture, object: Followed, expected: Placement): Candidate {
  const { speed, missedFor, radius } = object;
  const moved = Math.hypot(speed.x, speed.y);
  const reach = Math.min(64, Math.max(12, radius) + moved * 0.5 + missedFor * 3);
  const step = reach > 24 ? 3 : 2;
  const stride = missedFor > 0 ? 4 : 2;
  let best = rate(picture, object, expected, expected, reach, stride);
  for (let dy = -reach; dy <= reach; dy += step)
    for (let dx = -reach; dx <= reach; dx += step) {
      const place = { x: expected.x + dx, y: expected.y + dy, scale: expected.scale };
      const candidate = rate(picture, object, place, expected, reach, stride);
      if (candidate.rank > best.rank) best = candidate;
    }
  return best;
}

/** Looks in the whole picture, at every few pixels. */
export function searchAll(picture: Picture, object: Followed): Candidate {
  const { last, radius } = object;
  const step = Math.min(8, Math.max(3, Math.floor((radius * last.scale) / 4)));
  const reach = Math.hypot(picture.width, picture.height);
  let best = rate(picture, object, last, last, reach, 4);
  for (let y = 0; y < picture.height; y += step)
    for (let x = 0; x < picture.width; x += step) {
      const candidate = rate(picture, object, { x, y, scale: last.scale }, last, reach, 4);
      if (candidate.rank > best.rank) best = candidate;
    }
  return best;
}

/** Corrects a place by pixels, then its scale, as long as that is better. */
export function refine(
  picture: Picture,
  object: Followed,
  start: Candidate,
  expected: Placement,
): Candidate {
  const reach = Math.max(8, object.radius);
  let best = rate(picture, object, start, expected, reach);
  for (const step of steps) {
    const before = best;
    for (const [dx, dy] of neighbors) {
      const place = { x: before.x + dx * step, y: before.y + dy * step, scale: before.scale };
      const candidate = rate(picture, object, place, expected, reach);
      if (candidate.rank > best.rank + 1e-4) best = candidate;
    }
  }
  // While something hides a part of the object, its size is unknown.
  if (best.score < clearScore) return best;
  const { x, y, scale } = best;
  for (const change of [0.96, 1.04]) {
    const place = { x, y, scale: Math.min(4, Math.max(0.25, scale * change)) };
    const candidate = rate(picture, object, place, expected, reach);
    if (candidate.rank > best.rank + 0.005) best = candidate;
  }
  return best;
}

const neighbors = [
  [-1, -1],
  [0, -1],
  [1, -1],
  [-1, 0],
  [1, 0],
  [-1, 1],
  [0, 1],
  [1, 1],
] as const;
