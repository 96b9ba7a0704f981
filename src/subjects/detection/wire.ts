import { z } from 'zod';
import { count, label, share } from '../../model-service/fields.ts';

const detectRequestSchema = z.object({
  video_id: z.string().min(1),
  /** A path the service can read, or an http(s) URL. */
  video_path: z.string().nullish(),
  query: z.string().min(1),
  /** An empty list would mean the first, the middle and the last frame. */
  frame_numbers: z.array(count).min(1),
  confidence_threshold: share.default(0.3),
});

/** In shares of the frame; a service may round a side to a place outside of it. */
const boundingBoxSchema = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
});

const detectResponseSchema = z.object({
  /** Frames that do not exist or cannot be read are left out. */
  frames: z.array(
    z.object({
      frame_number: count,
      /** Seconds from the start of the video. */
      timestamp: z.number().min(0),
      detections: z.array(z.object({ label, bounding_box: boundingBoxSchema, confidence: share })),
    }),
  ),
  /** Our extension; FOVEA's service does not tell. */
  model_used: label.nullish(),
});
export type DetectResponse = z.output<typeof detectResponseSchema>;

export const detect = {
  name: 'detect',
  path: 'api/detection/detect',
  request: detectRequestSchema,
  response: detectResponseSchema,
  mediaPath: 'video_path',
};
