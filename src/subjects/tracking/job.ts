import { setImmediate as nextTurn } from 'node:timers/promises';
import { JobFailure, NotFoundError, ValidationError } from '../../errors.ts';
import { defineJob } from '../../jobs/define-job.ts';
import type { JobContext } from '../../jobs/define-job.ts';
import { saysNoFrames } from '../../model-service/status-failure.ts';
import { pluralize } from '../../platform/text.ts';
import { findVideo, videos } from '../video/queries.ts';
import { trackingInput } from './input.ts';
import type { TrackingInput } from './input.ts';
import { encodeMasks } from './masks.ts';
import { frameAt } from './plan-frames.ts';
import { insertObjectTracking, objectTrackingResult } from './queries.ts';
import { readChunk, toObjectId } from './read-chunk.ts';
import { readStart } from './start.ts';
import type { TrackingStart } from './start.ts';
import { deleteSteps, insertStep, listSteps } from './steps.ts';
import { sliceRecords } from './frame-records.ts';
import { toTrack } from './to-track.ts';
import type { NewTrack } from './to-track.ts';
import { resumeState, trackChunks } from './track-chunks.ts';
import type { TrackingState } from './track-chunks.ts';
import { trackObjects } from './wire.ts';
import type { TrackObjectsResponse } from './wire.ts';

export const objectTracking = defineJob({
  type: 'OBJECT_TRACKING',
  mutation: 'trackObjects',
  description: 'Follows objects through a video.',
  input: trackingInput,
  defaults: {
    attempts: 3,
    backoffMs: 5_000,
    priority: 'NORMAL',
    concurrency: 1,
    ratePerMinute: 10,
    expectedDurationMs: 120_000,
    deadlineMs: 60 * 60_000,
  },
  checkInput: async (readers, viewer, input) => {
    const video = await readers.find(videos, viewer, input.videoId);
    if (!video) throw new NotFoundError('video', input.videoId, ['input', 'videoId']);
    await readStart(readers.db, viewer, video, input);
  },
  endpoints: { trackObjects },
  result: objectTrackingResult,
  process: async (context) => {
    const { db, jobId, report, log, save } = context;
    report(2, 'Looking up the video');
    const start = await findStart(context);
    const { plan, objects, leftOut } = start;
    if (leftOut > 0)
      log('WARN', `Left out: ${pluralize(leftOut, 'object')}, as there are too many.`);
    const steps = await listSteps(db, jobId);
    const begun = objects.map(({ box }) => ({ box }));
    const state = resumeState(plan, begun, steps);
    if (state.done > 0) log('INFO', `Goes on after frame ${frameAt(plan, state.done - 1)}.`);

    await trackChunks(plan, start.video, state, {
      track: (frameNumbers, seen) => trackChunk(context, start, state, { frameNumbers, seen }),
      keep: (step) => save((trx) => insertStep(trx, jobId, step)),
    });
    logUnread(log, start, state);
    report(92, 'Saving the tracks');
    await saveTracks(context, start, state);
  },
});

type Context = JobContext<TrackingInput, { trackObjects: typeof trackObjects }>;

/** What an accepted job tracks. What was said of its video since then may be against it. */
async function findStart({ db, viewer, input }: Context): Promise<TrackingStart> {
  const video = await findVideo(db, viewer, input.videoId);
  if (!video) throw new JobFailure('INVALID_INPUT', 'The video is no longer there.');
  try {
    return await readStart(db, viewer, video, input);
  } catch (error) {
    if (error instanceof NotFoundError)
      throw new JobFailure('INVALID_INPUT', 'The detection is no longer there.');
    if (!(error instanceof ValidationError)) throw error;
    const { path, message } = error.issues[0]!;
    throw new JobFailure('INVALID_INPUT', `${path.join('.')}: ${message}`);
  }
}

type Asked = Pick<Parameters<typeof readChunk>[1], 'frameNumbers' | 'seen'>;

/** Undefined if the video has ended before these frames. */
async function trackChunk(
  { input, modelService, during, log }: Context,
  { video, plan }: TrackingStart,
  { done }: TrackingState,
  { frameNumbers, seen }: Asked,
) {
  const place = (index: number) => 5 + (85 * index) / plan.count;
  const end = Math.min(Math.max(done - 1, 0) + frameNumbers.length, plan.count);
  const stage = `Tracking in frames ${frameNumbers[0]} to ${frameNumbers.at(-1)}`;
  try {
    const request = {
      video_id: video.id,
      video_path: video.path,
      initial_masks: await encodeMasks(seen, video),
      object_ids: seen.map((_it, index) => toObjectId(index)),
      frame_numbers: [...frameNumbers],
    };
    const span = { from: place(done), to: place(end), stage };
    const answer = await during(span, (call) => modelService.trackObjects(request, call));
    if (done === 0) warnIfRateDiffers(log, answer, video.frameRate);
    const { confidenceThreshold } = input;
    return await readChunk(answer, { frameNumbers, seen, size: video, confidenceThreshold });
  } catch (error) {
    if (done > 0 && saysNoFrames(error)) return undefined;
    throw error;
  }
}

/** If the video was registered with a wrong frame rate, the times of its frames are wrong, and so is the start of the range. */
function warnIfRateDiffers(
  log: Context['log'],
  { frames }: TrackObjectsResponse,
  frameRate: number,
): void {
  const last = frames.at(-1);
  if (!last) return;
  const { frame_number: number, timestamp } = last;
  // Rates and durations are rounded.
  const tolerance = Math.max(number / 100, 1);
  if (Math.abs(timestamp * frameRate - number) <= tolerance) return;
  const [there, here] = [timestamp, number / frameRate].map((seconds) => seconds.toFixed(2));
  log(
    'WARN',
    `The model service has frame ${number} at ${there} s. With ${frameRate} frames a second, as the video is registered, it is at ${here} s.`,
  );
}

function logUnread(
  log: Context['log'],
  { plan }: TrackingStart,
  { done, unread }: TrackingState,
): void {
  if (unread > 0) log('WARN', `The model service could not read ${pluralize(unread, 'frame')}.`);
  if (done === plan.count) return;
  const last = frameAt(plan, done - 1);
  log(
    'WARN',
    `The video ended after frame ${last}, ${pluralize(plan.count - done, 'frame')} early.`,
  );
}

async function saveTracks(
  { jobId, resultId, input, save }: Context,
  { video, plan, objects }: TrackingStart,
  { done, records }: TrackingState,
): Promise<void> {
  const { width, height, frameRate } = video;
  const options = { size: video, maxKeyframes: input.maxKeyframes };
  const tracks: NewTrack[] = [];
  for (const [index, { label }] of objects.entries()) {
    tracks.push(toTrack(label, sliceRecords(records[index]!, 0, done), plan, options));
    await nextTurn();
  }
  const { first: firstFrame, every } = plan;
  const keys = { id: resultId, jobId, videoId: video.id };
  const detectionId = input.detection?.detectionId ?? null;
  const format = { width, height, frameRate, firstFrame, every, framesProcessed: done };
  await save(async (trx) => {
    await insertObjectTracking(trx, { ...keys, detectionId, ...format }, tracks);
    await deleteSteps(trx, jobId);
  });
}
