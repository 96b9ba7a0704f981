import { randomUUID } from 'node:crypto';
import { maxFrames, type TrackRequest, type TrackResponse } from '../video-contract.ts';
import { HttpError } from '../http/http-error.ts';
import { trackingModel } from '../identity.ts';
import type { FramesContext } from '../media/decode-frames.ts';
import { getVideoPath } from '../media/find-video.ts';
import type { Video } from '../media/video.ts';
import { createTurns } from '../work.ts';
import { followAll, type TrackedObject } from './follow-all.ts';
import { readMask } from './segment.ts';

/**
 * Follows objects from the first frame of the list, by how their pixels look and move. Throws HttpError 400 for masks that
 * do not fit the video, and if none of the frames exists.
 */
export async function track(request: TrackRequest, context: FramesContext): Promise<TrackResponse> {
  const startedAt = performance.now();
  const { work, videos, mediaRoot } = context;
  const { video_id, initial_masks, object_ids } = request;
  if (initial_masks.length !== object_ids.length) {
    throw new HttpError(400, 'initial_masks and object_ids must have the same length');
  }
  const video = await videos.read(await getVideoPath(mediaRoot, { video_id }), work.signal);
  const numbers = listFrames(request.frame_numbers, video);
  const takeTurn = createTurns(work);
  const objects: TrackedObject[] = [];
  for (const [index, id] of object_ids.entries()) {
    objects.push({ id, segment: readMask(initial_masks[index]!, video, index) });
    await takeTurn();
  }
  await work.step(0.02, 'Reading the video container');
  const masksByFrame = await followAll(objects, { video, numbers }, context);
  if (masksByFrame.size === 0) throw new HttpError(400, 'No valid frames to process');
  const frames = numbers.flatMap((number) => {
    const masks = masksByFrame.get(number);
    if (!masks) return [];
    const timestamp = video.timestamps[number]!;
    return { frame_number: number, timestamp, masks, processing_time: 0 };
  });
  if (frames.length < numbers.length) {
    work.log('warn', `${numbers.length - frames.length} frames could not be decoded`);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    id: randomUUID(),
    video_id,
    frames,
    video_width: video.width,
    video_height: video.height,
    total_frames: frames.length,
    processing_time: seconds,
    fps: frames.length / seconds,
    model_used: trackingModel,
  };
}

/** The frames that exist, in the order of the request; all if it names none. */
function listFrames(requested: readonly number[], { timestamps }: Video): number[] {
  const count = timestamps.length;
  if (requested.length === 0 && count > maxFrames) {
    throw new HttpError(422, `The video has ${count} frames; name at most ${maxFrames} of them`);
  }
  const numbers =
    requested.length === 0
      ? Array.from({ length: count }, (_, number) => number)
      : requested.filter((number) => number >= 0 && number < count);
  if (numbers.length === 0) throw new HttpError(400, 'No valid frames to process');
  return numbers;
}
