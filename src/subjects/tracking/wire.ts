import { z } from 'zod';
import { count, integer, share } from '../../model-service/fields.ts';

const trackObjectsRequestSchema = z.object({
  /** The service finds the video by this name alone, as `<media folder>/<name>.<extension>`. */
  video_id: z
    .string()
    .regex(
      /^[A-Za-z0-9_-]+$/,
      'the name of the file, or the id, has other than letters, digits, "_" and "-"',
    ),
  /** Decides `video_id` where the file is directly in the media folder; never sent. */
  video_path: z.string().optional(),
  /** One for each object: base64 of one byte a pixel, row by row; 0 is outside of the object. */
  initial_masks: z.array(z.string()),
  object_ids: z.array(z.int()),
  /** The masks belong to the first of these frames. An empty list would mean every frame. */
  frame_numbers: z.array(z.int().min(0)).min(1),
});

const trackedMaskSchema = z.object({
  object_id: integer,
  /** Height and width; both are 0 if the object was not found. */
  mask_rle: z.object({ size: z.tuple([count, count]), counts: z.string() }),
  confidence: share,
  is_occluded: z.boolean().default(false),
});
export type TrackedMask = z.output<typeof trackedMaskSchema>;

const trackObjectsResponseSchema = z.object({
  video_id: z.string(),
  frames: z.array(
    z.object({
      frame_number: count,
      /** Seconds from the start of the video. */
      timestamp: z.number().min(0),
      /** An object that is lost in this frame has none. */
      masks: z.array(trackedMaskSchema),
    }),
  ),
  video_width: count,
  video_height: count,
});
export type TrackObjectsResponse = z.output<typeof trackObjectsResponseSchema>;

export const trackObjects = {
  name: 'track_objects',
  path: 'api/tracking/track',
  request: trackObjectsRequestSchema,
  response: trackObjectsResponseSchema,
  mediaName: { name: 'video_id', path: 'video_path' },
};
