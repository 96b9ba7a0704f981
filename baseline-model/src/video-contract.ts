import { z } from 'zod';

// FOVEA's contract for frames and speech; contract.ts has that for texts, and says why it is stated here.

/** Maximum frames of one request. */
export const maxFrames = 20_000;
const frameNumbers = z.array(z.int()).max(maxFrames).default([]);

// In these two, FOVEA's service refuses unknown fields.
export const detectRequestSchema = z.strictObject({
  video_id: z.string().min(1),
  query: z.string().trim().min(1),
  video_path: z.string().nullish(),
  /** None: the first, the middle and the last. */
  frame_numbers: frameNumbers,
  confidence_threshold: z.number().min(0).max(1).default(0.3),
  /** Has no effect, in FOVEA's service either. */
  enable_tracking: z.boolean().default(true),
});
export type DetectRequest = z.output<typeof detectRequestSchema>;

/** In shares of the frame, from its top left corner. */
export interface BoundingBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface DetectedObject {
  label: string;
  bounding_box: BoundingBox;
  confidence: number;
  track_id: null;
}

export interface DetectResponse {
  id: string;
  video_id: string;
  query: string;
  frames: { frame_number: number; timestamp: number; detections: DetectedObject[] }[];
  total_detections: number;
  /** Seconds. */
  processing_time: number;
  /** FOVEA's service does not have this field. */
  model_used: string;
}

export const trackRequestSchema = z.strictObject({
  video_id: z.string().min(1),
  /** Base64 of one byte for each pixel of the video, row by row. */
  initial_masks: z.array(z.string()).max(100),
  object_ids: z.array(z.int()).max(100),
  /** None: all. The masks belong to the first one that exists. */
  frame_numbers: frameNumbers,
});
export type TrackRequest = z.output<typeof trackRequestSchema>;

export interface TrackedMask {
  object_id: number;
  /** Height and width of the video, and runs in COCO's compressed form. */
  mask_rle: { size: [number, number]; counts: string };
  confidence: number;
  is_occluded: boolean;
}

export interface TrackResponse {
  id: string;
  video_id: string;
  /** An object that is lost has no mask. */
  frames: {
    frame_number: number;
    timestamp: number;
    masks: TrackedMask[];
    processing_time: number;
  }[];
  video_width: number;
  video_height: number;
  total_frames: number;
  processing_time: number;
  /** Frames that were processed in a second. */
  fps: number;
  /** FOVEA's service does not have this field. */
  model_used: string;
}

export const transcribeRequestSchema = z.object({
  audio_path: z.string().min(1),
  language: z.string().nullish(),
});
export type TranscribeRequest = z.output<typeof transcribeRequestSchema>;

export interface TranscribeResponse {
  text: string;
  /** Transcripts do not say how reliable they are. */
  segments: { start: number; end: number; text: string; confidence: null }[];
  language: string;
  /** Seconds. */
  duration: number;
  processing_time: number;
  model_used: string;
}

const speakerCount = z.int().min(1).nullish();
export const diarizeRequestSchema = z.object({
  audio_path: z.string().min(1),
  num_speakers: speakerCount,
  min_speakers: speakerCount,
  max_speakers: speakerCount,
});
export type DiarizeRequest = z.output<typeof diarizeRequestSchema>;

export interface DiarizeResponse {
  segments: { start: number; end: number; speaker: string }[];
  speakers: string[];
  processing_time: number;
  model_used: string;
}
