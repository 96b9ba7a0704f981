import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawFrames, encodeFrames, type Scene } from '../../../samples/generator/scene.ts';
import { boxOf, overlap, toMask, track } from '../environment/frames.ts';
import { createMediaFolder, serve } from '../environment/service.ts';

/** Shapes that grow, turn back and pass behind a pillar; `color` is how much they differ from the gray behind them. */
function createScene(frameRate: number, noise: number, color: number): Scene {
  return {
    width: 480,
    height: 270,
    frameRate,
    frameCount: frameRate * 8,
    noise,
    pillars: [{ x: 220, y: 100, width: 60, height: 170 }],
    shapes: [
      {
        label: 'circle',
        kind: 'circle',
        color: [150 + color, 120, 100],
        at: (seconds) => ({ x: 40 + 45 * seconds, y: 200 - 8 * seconds, radius: 20 }),
      },
      {
        label: 'square',
        kind: 'square',
        color: [110, 110 + color, 150],
        at: (seconds) => ({ x: 430 - 45 * seconds, y: 60 + 14 * seconds, radius: 18 + seconds }),
      },
      {
        label: 'triangle',
        kind: 'triangle',
        color: [150, 100, 140 + color],
        at: (seconds) => ({
          x: 240 + 100 * Math.sin(seconds),
          y: 60 + 20 * Math.cos(seconds * 2),
          radius: 16,
        }),
      },
    ],
  };
}

test.each([
  ['noise', createScene(15, 20, 60)],
  ['six frames a second', createScene(6, 10, 60)],
  ['dull colors', createScene(25, 10, 20)],
])('shapes are followed in spite of %s', async (_, scene) => {
  const mediaRoot = await createMediaFolder({});
  const frames = [...drawFrames(scene)];
  const pictures = frames.map(({ pixels }) => pixels);
  const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '26'];
  await encodeFrames(scene, pictures, codec, join(mediaRoot, 'scene.mp4'));
  const initial_masks = frames[0]!.objects.map(({ box }) => toMask(box!, scene));
  const request = { video_id: 'scene', initial_masks, object_ids: [0, 1, 2] };
  const answer = await track(await serve({ mediaRoot }), request);
  for (const [id, { label }] of scene.shapes.entries()) {
    const overlaps = answer.frames.flatMap(({ frame_number, masks }) => {
      const { box, visible } = frames[frame_number]!.objects[id]!;
      if (!box || !visible) return [];
      const mask = masks.find(({ object_id }) => object_id === id);
      return mask ? overlap(boxOf(mask.mask_rle), box) : 0;
    });
    const mean = overlaps.reduce((sum, one) => sum + one, 0) / overlaps.length;
    expect(mean, label).toBeGreaterThan(0.6);
  }
});
