/**
 * `/api/tracking/track` as FOVEA's service answers it with yolo11n-seg: it segments each frame by itself, and then gives each
 * object the mask that overlaps its last one most.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { PixelBox } from '../../../../src/subjects/tracking/run-length.ts';
import { findPydanticError } from '../pydantic-error.ts';
import { boxOfMask, encodeRectangle } from './coco-mask.ts';
import type { StrictAnswer, StrictRoute } from './fovea-service.ts';

/** A video, as the service finds it in its folder. */
export interface SimulatedVideo {
  width: number;
  height: number;
  frameRate: number;
  frames: number;
  /** Where each object is in a frame; undefined: it is not in the picture. */
  objects: ((frame: number) => PixelBox | undefined)[];
  /** Frames that cannot be decoded. */
  damaged?: number[];
}

export interface TrackingService {
  /** By the names of their files, without an extension. */
  videos: Record<string, SimulatedVideo>;
  /** The snapshot ignores unknown fields, and numbers its results by their places in the list. */
  release?: '8e4a352' | '0.6';
  /** Says that an object is lost by an empty mask, as the adapter of SAM 3 may. */
  usesPlaceholders?: boolean;
}

const fields = {
  video_id: z.string().min(1),
  initial_masks: z.array(z.string()),
  object_ids: z.array(z.int()),
  frame_numbers: z.array(z.int()).default([]),
};
type TrackRequest = z.output<z.ZodObject<typeof fields>>;

/** Below this overlap with its last mask, an object is lost; below the second, it is occluded. */
const [lostBelow, occludedBelow] = [0.3, 0.5];

export function createTrackRoute(service: TrackingService): StrictRoute {
  const isSnapshot = service.release === '8e4a352';
  const schema = isSnapshot ? z.object(fields) : z.strictObject(fields);
  return (body) => {
    const invalid = findPydanticError(schema, body);
    if (invalid) return { status: 422, body: invalid };
    const request = schema.parse(body);
    const video = service.videos[request.video_id];
    if (!video) return refuse(404, `Video not found: ${request.video_id}`);
    if (request.initial_masks.length !== request.object_ids.length)
      return refuse(400, 'Number of initial_masks must match number of object_ids');
    return track(service, video, request);
  };
}

function refuse(status: number, detail: string): StrictAnswer {
  return { status, body: { detail } };
}

function track(
  service: TrackingService,
  video: SimulatedVideo,
  request: TrackRequest,
): StrictAnswer {
  const { width, height, frameRate } = video;
  const last: PixelBox[] = [];
  for (const mask of request.initial_masks) {
    const pixels = Buffer.from(mask, 'base64');
    if (pixels.length !== width * height) {
      const reason = `cannot reshape array of size ${pixels.length} into shape (${height},${width})`;
      return refuse(400, `Invalid mask encoding: ${reason}`);
    }
    last.push(boxOfMask(pixels, width));
  }
  const { frame_numbers: asked } = request;
  const listed = asked.length > 0 ? asked : Array.from({ length: video.frames }, (_, it) => it);
  const decoded = listed.filter(
    (it) => it >= 0 && it < video.frames && !video.damaged?.includes(it),
  );
  if (decoded.length === 0) return refuse(400, 'No valid frames to process');
  const frames = decoded.map((frame, index) => {
    const frame_number = service.release === '8e4a352' ? listed[index]! : frame;
    const masks = trackFrame(service, video, { frame, last, ids: request.object_ids });
    return { frame_number, timestamp: frame_number / frameRate, masks, processing_time: 0 };
  });
  const sizes = { video_width: width, video_height: height, total_frames: frames.length };
  const times = { processing_time: 1.2, fps: frames.length / 1.2 };
  const { video_id } = request;
  return { status: 200, body: { id: randomUUID(), video_id, frames, ...sizes, ...times } };
}

interface FrameRequest {
  frame: number;
  /** The last mask of each object; changed. */
  last: PixelBox[];
  ids: readonly number[];
}

function trackFrame(
  { usesPlaceholders = false }: TrackingService,
  { width, height, objects }: SimulatedVideo,
  { frame, last, ids }: FrameRequest,
) {
  const segments = objects.flatMap((place) => place(frame) ?? []);
  return ids.flatMap((object_id, index) => {
    const overlaps = segments.map((box) => ({ box, iou: measureOverlap(box, last[index]!) }));
    const best = overlaps.toSorted((a, b) => b.iou - a.iou)[0];
    if (!best || best.iou <= lostBelow) {
      const mask_rle = { size: [0, 0], counts: '' };
      return usesPlaceholders ? [{ object_id, mask_rle, confidence: 0, is_occluded: true }] : [];
    }
    last[index] = best.box;
    const mask_rle = encodeRectangle(best.box, [height, width]);
    return [{ object_id, mask_rle, confidence: best.iou, is_occluded: best.iou < occludedBelow }];
  });
}

/** Intersection over union. */
function measureOverlap(a: PixelBox, b: PixelBox): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const common = width * height;
  return common / (a.width * a.height + b.width * b.height - common);
}
