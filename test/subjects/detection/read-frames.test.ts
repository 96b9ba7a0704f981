import { describe, expect, test } from 'vitest';
import { box, clampBox, toPixels } from '../../../src/subjects/detection/box.ts';
import { countLabels, readFrames } from '../../../src/subjects/detection/read-frames.ts';

const whole = { x: 0, y: 0, width: 1, height: 1 };
const half = { x: 0, y: 0, width: 0.5, height: 0.5 };

function detect(confidence: number, bounding_box = half, label = 'car') {
  return { label, confidence, bounding_box };
}

function frame(frame_number: number, ...detections: ReturnType<typeof detect>[]) {
  return { frame_number, timestamp: frame_number / 25, detections };
}

const notWithin = 'Must lie within the frame: x + width and y + height are at most 1.';

describe('a box', () => {
  test.each([
    ['within the frame stays as it is', half, half],
    [
      'that rounding has put beyond the frame ends at its edge',
      { x: -0.004, y: 0.5, width: 1.01, height: 0.5 + 1e-9 },
      { x: 0, y: 0.5, width: 1, height: 0.5 },
    ],
    [
      'beside the frame is of no size',
      { x: 1.002, y: 0, width: 0.001, height: 1 },
      { x: 1, y: 0, width: 0, height: 1 },
    ],
    ['in pixels is none', { x: 10, y: 10, width: 200, height: 100 }, undefined],
    ['that begins left of the frame is none', { ...half, x: -0.02 }, undefined],
    ['that ends below the frame is none', { ...whole, y: 0.02 }, undefined],
    ['with a negative width is none', { ...half, x: 0.5, width: -0.1 }, undefined],
  ])('%s', (_what, given, expected) => {
    const clamped = clampBox(given);
    for (const side of ['x', 'y', 'width', 'height'] as const) {
      if (expected) expect(clamped?.[side]).toBeCloseTo(expected[side], 12);
    }
    expect(clamped === undefined).toBe(expected === undefined);
  });

  test('has pixels in a frame of a known size', () => {
    expect(toPixels({ ...half, x: 0.25 }, { width: 1920, height: 1080 })).toEqual({
      x: 480,
      y: 0,
      width: 960,
      height: 540,
    });
  });

  test.each([
    ['is accepted if it is the whole frame', whole, []],
    [
      'is accepted if its sides add up to 1 in decimals',
      { x: 0.7, y: 0.9, width: 0.3, height: 0.1 },
      [],
    ],
    ['is refused if it is empty', { ...half, width: 0 }, ['Must have a width and a height.']],
    ['is refused if it ends outside of the frame', { ...whole, x: 0.001 }, [notWithin]],
    ['is refused in pixels', { ...half, x: 20 }, ['Must be a number from 0 to 1.', notWithin]],
  ])('of an input %s', (_what, given, messages) => {
    const { error } = box.safeParse(given);
    expect((error?.issues ?? []).map(({ message }) => message)).toEqual(messages);
  });
});

describe('frames of an answer', () => {
  test('are in order, the most confident detection first, whatever the order of the service', () => {
    const frames = [frame(50, detect(0.4), detect(0.9)), frame(0)];
    expect(readFrames({ frames }, [0, 25, 50], 0.3)).toEqual({
      frames: [
        { frameNumber: 0, timestamp: 0, detections: [] },
        {
          frameNumber: 50,
          timestamp: 2,
          detections: [
            { label: 'car', confidence: 0.9, box: half },
            { label: 'car', confidence: 0.4, box: half },
          ],
        },
      ],
      empty: 0,
      excess: 0,
    });
  });

  test.each([
    ['was not requested', [frame(1)], 'has frame 1 that was not requested'],
    ['is there twice', [frame(0), frame(0)], 'has frame 0 twice'],
    [
      'has a box in pixels',
      [frame(0, detect(0.5, { ...half, x: 12 }))],
      'has a box outside of frame 0',
    ],
  ])('are refused if one %s', (_what, frames, how) => {
    expect(() => readFrames({ frames }, [0], 0.3)).toThrow(
      expect.objectContaining({
        code: 'MODEL_BAD_RESPONSE',
        message: `The response of the model service ${how}.`,
      }),
    );
  });

  test('have no detection below the threshold, except by the rounding of single precision', () => {
    const given = [0.299, Math.fround(0.3) - 1e-8, 0.3, 0].map((confidence) => detect(confidence));
    const { frames } = readFrames({ frames: [frame(0, ...given)] }, [0], 0.3);
    expect(frames[0]!.detections).toHaveLength(2);
  });

  test('keep the 300 most confident detections, and none of no size', () => {
    const many = Array.from({ length: 310 }, (_, index) => detect(0.5 + index / 1_000));
    const given = frame(0, ...many, detect(1, { ...half, height: 0 }));
    const { frames, empty, excess } = readFrames({ frames: [given] }, [0], 0.3);
    expect([empty, excess]).toEqual([1, 10]);
    expect(frames[0]!.detections).toHaveLength(300);
    expect(frames[0]!.detections.at(-1)!.confidence).toBe(0.51);
  });

  test('are counted by label, the most frequent first, and equal ones by name', () => {
    const labels = ['dog', 'car', 'cat', 'car'].map((label) => detect(0.5, half, label));
    const { frames } = readFrames(
      { frames: [frame(0, ...labels), frame(1, labels[0]!, labels[1]!)] },
      [0, 1],
      0,
    );
    expect(countLabels(frames)).toEqual([
      { label: 'car', count: 3 },
      { label: 'dog', count: 2 },
      { label: 'cat', count: 1 },
    ]);
  });

  test('are counted by the 100 most frequent labels', () => {
    const detections = Array.from({ length: 150 }, (_, index) =>
      detect(0.5, half, `ship ${index}`),
    );
    const { frames } = readFrames(
      { frames: [frame(0, ...detections), frame(1, detections[149]!)] },
      [0, 1],
      0,
    );
    const counts = countLabels(frames);
    expect(counts).toHaveLength(100);
    expect(counts[0]).toEqual({ label: 'ship 149', count: 2 });
  });
});
