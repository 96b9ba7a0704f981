import { learnAppearance, type Factor } from './appearance.ts';
import { adapt, compare, type Picture } from './compare.ts';
import {
  clearScore,
  refine,
  searchAll,
  searchNear,
  type Candidate,
  type Followed,
} from './search.ts';
import type { Placement, Segment } from './segment.ts';

export interface Sighting extends Placement {
  /** 0 to 1: the share of the object that looks as it did, less what around it looks like it. */
  confidence: number;
  isOccluded: boolean;
}

/** Below it an object that was there in the frame before is lost. */
const keepScore = 0.3;
/** That bound rises to this one within so many frames without a clear view, as something else may be followed instead. */
const doubtScore = 0.55;
const doubtfulAfter = 30;
/** From these on an object that was lost is found again: near where it is expected, or anywhere. */
const findScore = 0.6;
const findAnywhereScore = 0.8;
/** An object of which less is within the picture has left it. */
const leastWithin = 0.25;
/** The whole picture is searched for an object that was lost for so many frames. */
const searchAllAfter = 12;
/** As that takes long, it is done in one of so many frames. */
const searchAllEvery = 4;

/** Begins with a segment of the video; `factor` scales its pixels to those of the picture. */
export function startFollowing(picture: Picture, segment: Segment, factor: Factor): Followed {
  const last = {
    x: (segment.left + segment.width / 2) * factor.x,
    y: (segment.top + segment.height / 2) * factor.y,
    scale: 1,
  };
  return {
    appearance: learnAppearance(picture, segment, last, factor),
    radius: Math.max(segment.width * factor.x, segment.height * factor.y) / 2,
    last,
    speed: { x: 0, y: 0 },
    missedFor: 0,
    unclearFor: 0,
  };
}

/** Finds the object in the next frame and remembers where; undefined while it is lost. */
export function follow(object: Followed, picture: Picture): Sighting | undefined {
  const { appearance, last, speed } = object;
  const ahead = object.missedFor + 1;
  const expected = { x: last.x + speed.x * ahead, y: last.y + speed.y * ahead, scale: last.scale };
  const near = refine(picture, object, searchNear(picture, object, expected), expected);
  const best = isFound(near, object) ? near : searchElsewhere(picture, object, expected);
  if (!best || compare(picture, appearance, best).within < leastWithin) {
    object.missedFor += 1;
    return undefined;
  }
  remember(object, best, picture);
  return {
    x: best.x,
    y: best.y,
    scale: best.scale,
    confidence: Math.min(1, Math.max(0, best.score)),
    isOccluded: best.score < clearScore,
  };
}

function isFound({ score }: Candidate, { missedFor, unclearFor }: Followed): boolean {
  if (missedFor > 0) return score >= findScore;
  const doubt = Math.min(1, unclearFor / doubtfulAfter);
  return score >= keepScore + (doubtScore - keepScore) * doubt;
}

/** Searches the whole picture for an object that has been lost for a while. */
function searchElsewhere(
  picture: Picture,
  object: Followed,
  expected: Placement,
): Candidate | undefined {
  const { missedFor } = object;
  if (missedFor < searchAllAfter || missedFor % searchAllEvery !== 0) return undefined;
  const best = refine(picture, object, searchAll(picture, object), expected);
  return best.score >= findAnywhereScore ? best : undefined;
}

function remember(object: Followed, { x, y, scale, score }: Candidate, picture: Picture): void {
  const { last, missedFor } = object;
  const isClear = score >= clearScore;
  if (isClear) {
    const share = missedFor > 0 ? 0.2 : 0.4;
    const frames = missedFor + 1;
    object.speed = {
      x: object.speed.x * (1 - share) + ((x - last.x) / frames) * share,
      y: object.speed.y * (1 - share) + ((y - last.y) / frames) * share,
    };
    adapt(picture, object.appearance, { x, y, scale });
  }
  object.last = { x, y, scale };
  object.missedFor = 0;
  object.unclearFor = isClear ? 0 : object.unclearFor + 1;
}
