import { NotFoundError, ValidationError } from '../../errors.ts';
import type { Database } from '../../db/tables.ts';
import type { Viewer } from '../../db/viewer.ts';
import type { Box } from '../detection/box.ts';
import { findObjectDetection, listDetectionsFor } from '../detection/queries.ts';
import { requireFormat } from '../video/video-format.ts';
import type { VideoWith } from '../video/video-format.ts';
import type { Video } from '../video/table.ts';
import { maxObjects } from './input.ts';
import type { TrackingInput } from './input.ts';
import { maxObjectsOf } from './masks.ts';
import { maxFrames, planFrames, planFrom } from './plan-frames.ts';
import type { FramePlan } from './plan-frames.ts';

/** What a job tracks, and in which frames. */
export interface TrackingStart {
  video: VideoWith<'width' | 'height' | 'frameRate' | 'durationSeconds'>;
  plan: FramePlan;
  objects: { label: string; box: Box }[];
  /** Objects of the detection that are too many. */
  leftOut: number;
}

/**
 * Reads what an input says of a video. Throws NotFoundError if the viewer has no such detection, and ValidationError if there
 * is nothing to track, or too much.
 */
export async function readStart(
  db: Database,
  viewer: Viewer,
  known: Video,
  input: TrackingInput,
): Promise<TrackingStart> {
  assertName(known);
  const video = requireFormat(known, ['width', 'height', 'frameRate', 'durationSeconds']);
  const range = { ...input, endSeconds: input.endSeconds ?? null };
  const plan = planFrames(range, video);
  if (plan.count === 0) throw invalid(['startSeconds'], noFrames(video.durationSeconds));
  const most = Math.min(maxObjectsOf(video), maxObjects);
  if (most === 0) throw invalid(['videoId'], tooLarge(video));
  if (input.objects) {
    const { objects } = input;
    if (objects.length > most) throw invalid(['objects'], tooManyObjects(video, most));
    return { video, plan: assertLength(plan), objects, leftOut: 0 };
  }
  const detected = await listDetected(db, viewer, known, input, plan.first);
  const first = detected[0]!.frameNumber;
  const fromThere = planFrom(first, range, video);
  if (fromThere.count === 0)
    throw invalid(['endSeconds'], `Must not be before frame ${first}, where the objects are.`);
  return {
    video,
    plan: assertLength(fromThere),
    objects: detected.slice(0, most),
    leftOut: Math.max(detected.length - most, 0),
  };
}

/**
 * Throws unless the model service may find the video by the name of its file or by its id. Whether an absolute path is one
 * directly in the media folder, only the client of the model service knows.
 */
function assertName({ id, path }: Video): void {
  const mayBeInFolder = /^(\/.*\/)?[A-Za-z0-9_-]+(\.[^./]*)?$/.test(path);
  if (mayBeInFolder || /^[A-Za-z0-9_-]+$/.test(id)) return;
  throw invalid(
    ['videoId'],
    'The model service finds a video to track in by a name of letters, digits, "_" and "-" alone. Give the file such a name, directly in the media folder, or register the video with such an id.',
  );
}

/** The objects that match in the first frame that has any. */
async function listDetected(
  db: Database,
  viewer: Viewer,
  video: Video,
  { detection }: TrackingInput,
  fromFrame: number,
) {
  const { detectionId, minConfidence, labels } = detection!;
  const found = await findObjectDetection(db, viewer, detectionId);
  const path = ['input', 'detection', 'detectionId'];
  if (!found) throw new NotFoundError('detection', detectionId, path);
  if (found.owner !== video.owner || found.videoId !== video.id)
    throw invalid(['detection', 'detectionId'], 'Must be a detection of this video.');
  const choice = { minConfidence, labels, fromFrame };
  const detected = await listDetectionsFor(db, viewer, detectionId, choice);
  if (detected.length > 0) return detected;
  throw invalid(['detection'], 'Has no object that matches, from `startSeconds` on.');
}

function assertLength(plan: FramePlan): FramePlan {
  if (plan.count <= maxFrames) return plan;
  const message = `Has ${plan.count} frames to track in, and the maximum is ${maxFrames}. Take a shorter range, or a greater \`every\`.`;
  throw invalid(['endSeconds'], message);
}

function noFrames(durationSeconds: number): string {
  return `Has no frame from here to \`endSeconds\`: the video is ${durationSeconds} s long.`;
}

function tooLarge({ width, height }: { width: number; height: number }): string {
  return `Has frames of ${width} × ${height} pixels, which are too large to track in.`;
}

function tooManyObjects({ width, height }: { width: number; height: number }, most: number) {
  return `Must have at most ${most} objects in a video of ${width} × ${height} pixels.`;
}

function invalid(path: string[], message: string): ValidationError {
  return new ValidationError([{ path: ['input', ...path], message }]);
}
