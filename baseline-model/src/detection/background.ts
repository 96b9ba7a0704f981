import type { Frame } from '../media/decode-frames.ts';
import { medianOf } from './moving-objects.ts';

/** The background of a frame is made of samples at this distance in time, so many before it and as many after it. */
const sampleSeconds = 0.5;
const samplesBeside = 4;
/** So many frames at most, as all between a frame and its last sample may have to be kept. */
const maxStep = 30;
/** Fewer samples do not show what stands still. */
const leastSamples = 3;

/** A frame to look at, and the frames that must be decoded for it. */
export interface FramePlan {
  number: number;
  first: number;
  last: number;
}

/** Frames between two samples of a background. */
export function sampleStep(frameRate: number): number {
  return Math.min(maxStep, Math.max(1, Math.round(sampleSeconds * frameRate)));
}

/** The same samples whichever other frames are looked at, so that equal requests get equal answers. */
export function planWithBackground(number: number, step: number, lastFrame: number): FramePlan {
  const nearest = Math.floor(number / step);
  const from = Math.max(0, nearest - samplesBeside);
  const to = from + 2 * samplesBeside;
  return {
    number,
    first: from * step,
    last: Math.max(number, Math.min(lastFrame, to * step)),
  };
}

/** Keeps the samples of a run of frames as long as a frame needs them. */
export interface Backgrounds {
  add: (frame: Frame) => void;
  /** Undefined if the video is too short. */
  find: (plan: FramePlan) => Uint8Array | undefined;
}

export function createBackgrounds(step: number): Backgrounds {
  const samples = new Map<number, Uint8Array>();
  let latest: { first: number; background: Uint8Array } | undefined;
  return {
    add: ({ number, pixels }) => {
      if (number % step === 0) samples.set(number, pixels);
    },
    find: ({ first, last }) => {
      // Frames come in order, so that none before is needed again.
      for (const number of samples.keys()) if (number < first) samples.delete(number);
      if (latest?.first === first) return latest.background;
      const near = [...samples].filter(([number]) => number <= last);
      if (near.length < leastSamples) return undefined;
      latest = { first, background: medianOf(near.map(([, pixels]) => pixels)) };
      return latest.background;
    },
  };
}
