import type { CreatedAt, JobOwner, Json } from '../../db/columns.ts';

/** A rectangle in shares of the frame, 0 to 1, from its top left corner. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** An object that was found in a frame. */
export interface Detection {
  label: string;
  /** 0 to 1. */
  confidence: number;
  box: Box;
}

export interface LabelCount {
  label: string;
  count: number;
}

export interface ObjectDetectionTable {
  id: string;
  jobId: string;
  owner: JobOwner;
  videoId: string;
  query: string;
  /** The video's size in pixels, as it was known when the job ran. */
  width: number | null;
  height: number | null;
  frameCount: number;
  detectionCount: number;
  /** Of the most frequent labels, the most frequent first. */
  counts: Json<LabelCount[]>;
  /** The numbers of the frames that could not be read. */
  unreadFrames: Json<number[]>;
  modelUsed: string | null;
  createdAt: CreatedAt;
}

/** A frame that was read, and what was found in it. */
export interface DetectedFrame {
  frameNumber: number;
  /** Seconds from the start of the video. */
  timestamp: number;
  /** The most confident first. */
  detections: Detection[];
}

interface DetectedFrameTable extends Omit<DetectedFrame, 'detections'> {
  detectionId: string;
  detections: Json<Detection[]>;
}

declare module '../../db/tables.ts' {
  interface Tables {
    objectDetection: ObjectDetectionTable;
    detectedFrame: DetectedFrameTable;
  }
}
