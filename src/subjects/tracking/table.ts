import type { CreatedAt, JobOwner, Json } from '../../db/columns.ts';
import type { Box } from '../detection/table.ts';

/** Frames in a row in which an object was found, or was not; by their places among those tracked, both inclusive. */
export interface VisibilityRange {
  start: number;
  end: number;
  visible: boolean;
}

/** Where an object was last: a box in shares of the frame, or a mask of the model service. */
export type LastSeen = { box: Box } | { counts: string };

export interface ObjectTrackingTable {
  id: string;
  jobId: string;
  owner: JobOwner;
  videoId: string;
  /** The detection whose boxes it began with. */
  detectionId: string | null;
  /** Of the frame, in pixels. */
  width: number;
  height: number;
  /** Frames per second. */
  frameRate: number;
  /** The number of the first frame; the others are each `every` later. */
  firstFrame: number;
  every: number;
  framesProcessed: number;
  createdAt: CreatedAt;
}

export interface ObjectTrackTable {
  id: string;
  trackingId: string;
  index: number;
  label: string;
  confidence: number | null;
  frameCount: number;
  firstFrame: number | null;
  lastFrame: number | null;
  maxError: number;
  keyframeCount: number;
  /** The places of the keyframes, and their records. */
  keyframes: Json<number[]>;
  keyframeRecords: Uint8Array;
  visibility: Json<VisibilityRange[]>;
}

/** The records of up to 500 frames of a track. */
interface ObjectTrackFramesTable {
  trackId: string;
  number: number;
  records: Uint8Array;
}

/** What a job that is not done yet has tracked, so that another attempt goes on after it. */
interface ObjectTrackingStepTable {
  jobId: string;
  /** Frames that have been tracked after this step. */
  done: number;
  unread: number;
  records: Uint8Array;
  seen: Json<LastSeen[]>;
}

declare module '../../db/tables.ts' {
  interface Tables {
    objectTracking: ObjectTrackingTable;
    objectTrack: ObjectTrackTable;
    objectTrackFrames: ObjectTrackFramesTable;
    objectTrackingStep: ObjectTrackingStepTable;
  }
}
