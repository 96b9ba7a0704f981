import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import type { GraphQLClient } from '../../environment/clients/graphql-client.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import type { SimulatedVideo } from '../../environment/model-service/fovea/track.ts';
import { createSeededRandom } from '../../environment/seeded-random.ts';
import {
  answerAs,
  objectsOf,
  readFrames,
  readTracking,
  registerSimulated,
  runTracking,
  trackPath,
} from './use-tracking.ts';

expectNoLeaks();

/** A track as FOVEA's front end keeps it: `BoundingBoxSequence` of its `models/types.ts`. Boxes are in pixels. */
interface BoundingBoxSequence {
  boxes: BoundingBox[];
  interpolationSegments: { startFrame: number; endFrame: number; type: 'linear' }[];
  visibilityRanges: { startFrame: number; endFrame: number; visible: boolean }[];
  trackId: number;
  trackingConfidence: number | undefined;
  totalFrames: number;
  keyframeCount: number;
  interpolatedFrameCount: number;
}

interface BoundingBox {
  x: number;
  y: number;
  width: number;
  height: number;
  frameNumber: number;
  confidence: number;
  isKeyframe: true;
}

/** Makes it of what the API says of one track. */
function toSequence(
  { width, height }: Record<string, any>,
  track: Record<string, any>,
): BoundingBoxSequence {
  const boxes = track['keyframes'].map(
    ({ frameNumber, confidence, box }: Record<string, any>): BoundingBox => ({
      x: box.x * width,
      y: box.y * height,
      width: box.width * width,
      height: box.height * height,
      frameNumber,
      confidence,
      isKeyframe: true,
    }),
  );
  const visible = track['visibility'].filter((range: { visible: boolean }) => range.visible);
  return {
    boxes,
    interpolationSegments: visible.flatMap((range: { startFrame: number; endFrame: number }) =>
      listSegments(boxes, range),
    ),
    visibilityRanges: track['visibility'],
    trackId: track['index'],
    trackingConfidence: track['confidence'] ?? undefined,
    totalFrames: track['frameCount'],
    keyframeCount: boxes.length,
    interpolatedFrameCount: track['frameCount'] - boxes.length,
  };
}

function listSegments(
  boxes: readonly BoundingBox[],
  { startFrame, endFrame }: { startFrame: number; endFrame: number },
): BoundingBoxSequence['interpolationSegments'] {
  const within = boxes
    .map(({ frameNumber }) => frameNumber)
    .filter((frame) => frame >= startFrame && frame <= endFrame);
  return within.slice(1).map((end, index) => {
    return { startFrame: within[index]!, endFrame: end, type: 'linear' as const };
  });
}

/** The box that FOVEA draws in a frame; undefined if it draws none. */
function draw(sequence: BoundingBoxSequence, frame: number) {
  const covers = (range: { startFrame: number; endFrame: number }) =>
    range.startFrame <= frame && frame <= range.endFrame;
  if (!sequence.visibilityRanges.find(covers)?.visible) return undefined;
  const keyframe = sequence.boxes.find(({ frameNumber }) => frameNumber === frame);
  if (keyframe) return keyframe;
  const { startFrame, endFrame } = sequence.interpolationSegments.find(covers)!;
  const [from, to] = [startFrame, endFrame].map((number) =>
    sequence.boxes.find(({ frameNumber }) => frameNumber === number)!,
  ) as [BoundingBox, BoundingBox];
  const share = (frame - startFrame) / (endFrame - startFrame);
  const between = (side: 'x' | 'y' | 'width' | 'height') =>
    from[side] + (to[side] - from[side]) * share;
  return { x: between('x'), y: between('y'), width: between('width'), height: between('height') };
}

/** A track with all of its keyframes. */
async function readTrack(
  graphql: GraphQLClient,
  id: string,
  index: number,
): Promise<Record<string, any>> {
  const { objectTracking } = await graphql.request(
    `query ($id: ID!, $index: Int!) { objectTracking(id: $id) { track(index: $index) {
      index confidence frameCount keyframeCount maxError visibility { startFrame endFrame visible }
      keyframes(first: 1000) { frameNumber confidence box { x y width height } } } } }`,
    { id, index },
  );
  return objectTracking.track;
}

/** Three that swing, grow, shake and leave the picture. */
function createVideo(): SimulatedVideo {
  const random = createSeededRandom(42);
  const shakes = Array.from({ length: 450 }, () => random.below(5) - 2);
  const swing = (frame: number, period: number) => Math.sin((frame / period) * 2 * Math.PI);
  return {
    width: 640,
    height: 360,
    frameRate: 30,
    frames: 450,
    objects: [
      (frame) => ({
        x: Math.round(300 + 200 * swing(frame, 230)),
        y: Math.round(150 + 60 * swing(frame, 90)),
        width: 60,
        height: 40 + Math.floor(frame / 20),
      }),
      (frame) =>
        (frame > 130 && frame < 140) || (frame > 300 && frame < 306)
          ? undefined
          : { x: 20 + frame, y: 30 + shakes[frame]!, width: 80, height: 50 },
      (frame) => (frame < 200 ? { x: 500, y: 300, width: 50, height: 40 } : undefined),
    ],
  };
}

function measureSides(
  a: { x: number; y: number; width: number; height: number },
  b: { x: number; y: number; width: number; height: number },
  size: { width: number; height: number },
): number {
  return Math.max(
    Math.abs(a.x - b.x) / size.width,
    Math.abs(a.y - b.y) / size.height,
    Math.abs(a.x + a.width - b.x - b.width) / size.width,
    Math.abs(a.y + a.height - b.y - b.height) / size.height,
  );
}

const { app, model } = useTestApp('external');

test.each([
  { every: 1, maxKeyframes: 40 },
  { every: 1, maxKeyframes: 1_000 },
  { every: 2, maxKeyframes: 10 },
])('the answer makes a sequence of FOVEA for %j that draws all frames', async (options) => {
  const video = createVideo();
  model.answer(trackPath, answerAs(video));
  const videoId = await registerSimulated(app.graphql, video);
  const job = await runTracking(app, { videoId, objects: objectsOf(video), ...options });
  const result = await readTracking(app, job);
  const errors: number[] = [];
  for (const { index } of result['tracks']) {
    const track = await readTrack(app.graphql, result['id'], index);
    const sequence = toSequence(result, track);
    const frames = await readFrames(app, result['id'], track.index);
    expect(sequence.totalFrames).toBe(frames.filter(({ box }) => box !== null).length);
    expect(sequence.keyframeCount).toBe(track.keyframeCount);
    for (const { frameNumber, pixelBox } of frames) {
      const drawn = draw(sequence, frameNumber);
      expect(drawn === undefined).toBe(pixelBox === null);
      if (!drawn) continue;
      // Shares times the size are the pixels again, but for the last digit.
      const error = measureSides(drawn, pixelBox, video);
      expect(error).toBeLessThanOrEqual(track.maxError + 1e-9);
      errors.push(error);
    }
  }
  const frames = video.frames / options.every;
  expect(result['tracks'].map(({ label }: { label: string }) => label)).toHaveLength(3);
  expect(errors.length).toBeGreaterThan(frames * 2);
  if (options.maxKeyframes === 1_000) expect(Math.max(...errors)).toBeLessThan(0.5 / 360);
  // What shakes by up to four pixels a frame is drawn within five of them by forty keyframes.
  if (options.maxKeyframes === 40) expect(Math.max(...errors)).toBeLessThan(5 / 360);
});
