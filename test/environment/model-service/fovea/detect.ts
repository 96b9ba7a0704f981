import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { findPydanticError } from '../pydantic-error.ts';
import type { StrictAnswer, StrictRoute } from './fovea-service.ts';

interface Found {
  label: string;
  x: number;
  y: number;
  width: number;
  height: number;
  confidence: number;
}

/** A video as the service can read it. */
export interface FoveaVideo {
  frameCount: number;
  frameRate: number;
  /** Frames that cannot be decoded. */
  damaged?: readonly number[];
  /** What a detector finds in a frame, whatever is looked for. */
  objects: (frameNumber: number) => Found[];
}

export interface DetectOptions {
  /** By their paths. */
  videos: Readonly<Record<string, FoveaVideo>>;
  /** Whether a path that does not exist is an error, as from release 0.5.8 on; else the answer has no frames. */
  missesFiles?: boolean;
}

const share = z.number().min(0).max(1);
const requestSchema = z.strictObject({
  video_id: z.string().trim().min(1),
  query: z.string().trim().min(1),
  video_path: z.string().trim().nullable().optional(),
  frame_numbers: z.array(z.int()).optional(),
  confidence_threshold: share.optional(),
  enable_tracking: z.boolean().optional(),
});

/** `POST /api/detection/detect`. */
export function createDetect({ videos, missesFiles = false }: DetectOptions): StrictRoute {
  return (request) => {
    const refusal = findPydanticError(requestSchema, request);
    if (refusal) return { status: 422, body: refusal };
    const asked = requestSchema.parse(request);
    const path = asked.video_path ?? `/videos/${asked.video_id}.mp4`;
    const video = videos[path];
    if (!video && asked.video_path == null) {
      return { status: 404, body: { detail: `Video not found: ${asked.video_id}` } };
    }
    if (!video && missesFiles) return internalError(`Cannot open ${path}`);
    const frames = video ? detectIn(video, asked) : [];
    const outside = frames.flatMap(({ detections }) => detections).find(isOutside);
    if (outside) return internalError(describeOutside(outside.bounding_box));
    return {
      status: 200,
      body: {
        id: randomUUID(),
        video_id: asked.video_id,
        query: asked.query,
        frames,
        total_detections: frames.reduce((sum, { detections }) => sum + detections.length, 0),
        processing_time: 0.8,
      },
    };
  };
}

function detectIn(
  { frameCount, frameRate, damaged = [], objects }: FoveaVideo,
  { query, frame_numbers = [], confidence_threshold = 0.3 }: z.output<typeof requestSchema>,
) {
  const classes = query.split('.').map((text) => text.trim());
  const three = [0, Math.floor(frameCount / 2), frameCount - 1];
  const asked = frame_numbers.length === 0 ? three : frame_numbers;
  return asked
    .filter((number) => number >= 0 && number < frameCount && !damaged.includes(number))
    .map((number) => ({
      frame_number: number,
      timestamp: number / frameRate,
      detections: objects(number)
        .filter(({ label, confidence }) => {
          return classes.includes(label) && confidence >= confidence_threshold;
        })
        .map(({ label, confidence, ...box }) => ({
          label,
          bounding_box: box,
          confidence,
          track_id: null,
        })),
    }));
}

type Detected = ReturnType<typeof detectIn>[number]['detections'][number];

function isOutside({ bounding_box }: Detected): boolean {
  return Object.values(bounding_box).some((side) => side < 0 || side > 1);
}

/** Pydantic refuses the service's own answer. */
function describeOutside(box: Detected['bounding_box']): string {
  const [name, value] = Object.entries(box).find(([, side]) => side < 0 || side > 1)!;
  return `1 validation error for BoundingBox\n${name}\n  Input should be greater than or equal to 0 [type=greater_than_equal, input_value=${value}, input_type=float]`;
}

function internalError(text: string): StrictAnswer {
  return { status: 500, body: { detail: `Internal server error: ${text}` } };
}
