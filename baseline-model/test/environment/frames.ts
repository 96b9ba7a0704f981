import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { post, samples } from './service.ts';

// The answers of FOVEA's service about frames: strict, as whoever calls it reads them.

const share = z.number().min(0).max(1);
const boxSchema = z.strictObject({ x: share, y: share, width: share, height: share });
export type Box = z.output<typeof boxSchema>;

const detectionSchema = z.strictObject({
  label: z.string(),
  bounding_box: boxSchema,
  confidence: share,
  track_id: z.null(),
});

const detectAnswerSchema = z.strictObject({
  id: z.uuid(),
  video_id: z.string(),
  query: z.string(),
  frames: z.array(
    z.strictObject({
      frame_number: z.int().min(0),
      timestamp: z.number().min(0),
      detections: z.array(detectionSchema),
    }),
  ),
  total_detections: z.int().min(0),
  processing_time: z.number().min(0),
  // Not of FOVEA's service.
  model_used: z.string().startsWith('fovea-baseline-1'),
});

const maskSchema = z.strictObject({
  object_id: z.int(),
  mask_rle: z.strictObject({ size: z.tuple([z.int(), z.int()]), counts: z.string() }),
  confidence: share,
  is_occluded: z.boolean(),
});
export type Mask = z.output<typeof maskSchema>;

const trackAnswerSchema = z.strictObject({
  id: z.uuid(),
  video_id: z.string(),
  frames: z.array(
    z.strictObject({
      frame_number: z.int().min(0),
      timestamp: z.number().min(0),
      masks: z.array(maskSchema),
      processing_time: z.number().min(0),
    }),
  ),
  video_width: z.int().min(1),
  video_height: z.int().min(1),
  total_frames: z.int().min(0),
  processing_time: z.number().min(0),
  fps: z.number().min(0),
  model_used: z.string().startsWith('fovea-baseline-1'),
});

export async function detect(url: string, body: object) {
  const request = { video_id: 'crossing-shapes', query: 'moving object', ...body };
  return detectAnswerSchema.parse(await answerOf(url, '/api/detection/detect', request));
}

export async function track(url: string, body: object) {
  const request = { video_id: 'crossing-shapes', ...body };
  return trackAnswerSchema.parse(await answerOf(url, '/api/tracking/track', request));
}

async function answerOf(url: string, path: string, body: object): Promise<unknown> {
  const response = await post(url, path, body);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

const truthSchema = z.object({
  width: z.int(),
  height: z.int(),
  frameRate: z.number(),
  objects: z.array(z.object({ id: z.int(), label: z.string() })),
  frames: z.array(
    z.object({
      objects: z.array(
        z.object({ id: z.int(), box: boxSchema.nullable(), seen: share, visible: z.boolean() }),
      ),
    }),
  ),
});
export type Truth = z.output<typeof truthSchema>;

/** Where the shapes of the sample clip are in each frame. */
export async function readTruth(): Promise<Truth> {
  const text = await readFile(join(samples, 'crossing-shapes.json'), 'utf8');
  return truthSchema.parse(JSON.parse(text));
}

/** A mask of the pixels of a box, one byte each, in base64. */
export function toMask(box: Box, { width, height }: { width: number; height: number }): string {
  const mask = Buffer.alloc(width * height);
  const left = Math.round(box.x * width);
  const right = Math.round((box.x + box.width) * width);
  const bottom = Math.round((box.y + box.height) * height);
  for (let row = Math.round(box.y * height); row < bottom; row += 1)
    mask.fill(1, row * width + left, row * width + right);
  return mask.toString('base64');
}

/** The masks of all shapes in a frame, and their ids. */
export function masksOf(truth: Truth, frame: number) {
  const shown = truth.frames[frame]!.objects.flatMap(({ id, box }) => (box ? [{ id, box }] : []));
  return {
    initial_masks: shown.map(({ box }) => toMask(box, truth)),
    object_ids: shown.map(({ id }) => id),
  };
}

/** Decodes COCO's compressed runs, the slow and plain way: one character, one run, one pixel after the other. */
export function decodeMask({ size: [height, width], counts }: Mask['mask_rle']): Uint8Array {
  const runs: number[] = [];
  for (let at = 0; at < counts.length;) {
    let value = 0;
    let shift = 0;
    for (let hasMore = true; hasMore; at += 1, shift += 5) {
      const code = counts.charCodeAt(at) - 48;
      value |= (code & 0x1f) << shift;
      hasMore = (code & 0x20) !== 0;
      if (!hasMore && (code & 0x10) !== 0) value |= -1 << (shift + 5);
    }
    runs.push(runs.length > 2 ? value + runs.at(-2)! : value);
  }
  const total = runs.reduce((sum, run) => sum + run, 0);
  if (total !== height * width) throw new Error(`the runs cover ${total} of ${height * width}`);
  const mask = new Uint8Array(total);
  let done = 0;
  for (const [index, run] of runs.entries()) {
    for (let place = done; place < done + run; place += 1)
      mask[(place % height) * width + Math.floor(place / height)] = index % 2;
    done += run;
  }
  return mask;
}

/** The box of a mask, in shares of the frame. */
export function boxOf(rle: Mask['mask_rle']): Box {
  const [height, width] = rle.size;
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (const [place, pixel] of decodeMask(rle).entries()) {
    if (pixel === 0) continue;
    const column = place % width;
    const row = Math.floor(place / width);
    left = Math.min(left, column);
    right = Math.max(right, column + 1);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row + 1);
  }
  return {
    x: left / width,
    y: top / height,
    width: (right - left) / width,
    height: (bottom - top) / height,
  };
}

/** Intersection over union. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const common = Math.max(0, width) * Math.max(0, height);
  return common / (a.width * a.height + b.width * b.height - common);
}
