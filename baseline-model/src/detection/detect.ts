import { randomUUID } from 'node:crypto';
import type { DetectedObject, DetectRequest, DetectResponse } from '../video-contract.ts';
import { detectionModel } from '../identity.ts';
import type { FramesContext } from '../media/decode-frames.ts';
import { getVideoPath } from '../media/find-video.ts';
import type { Video } from '../media/video.ts';
import { parseQuery, type Search } from './query.ts';
import { searchFrames } from './search-frames.ts';

/** Finds what moves, and regions of a color, in single frames; the log names what else is in the query. */
export async function detect(
  request: DetectRequest,
  context: FramesContext,
): Promise<DetectResponse> {
  const startedAt = performance.now();
  const { work, videos, mediaRoot } = context;
  const search = parseQuery(request.query);
  reportUnknown(search, context);
  const video = await videos.read(await getVideoPath(mediaRoot, request), work.signal);
  const numbers = listFrames(request.frame_numbers, video);
  await work.step(0.05, 'Reading the video container');
  const found = await searchFrames(search, { video, numbers }, context);
  const isSure = ({ confidence }: DetectedObject) => confidence >= request.confidence_threshold;
  const frames = numbers.flatMap((number) => {
    const detections = found.get(number)?.filter(isSure);
    if (!detections) return [];
    return { frame_number: number, timestamp: video.timestamps[number]!, detections };
  });
  if (frames.length < numbers.length) {
    work.log('warn', `${numbers.length - frames.length} frames could not be decoded`);
  }
  return {
    id: randomUUID(),
    video_id: request.video_id,
    query: request.query,
    frames,
    total_detections: frames.reduce((sum, { detections }) => sum + detections.length, 0),
    processing_time: (performance.now() - startedAt) / 1000,
    model_used: detectionModel,
  };
}

/** The frames that exist, in the order of the request; the first, middle and last if it names none. */
function listFrames(requested: readonly number[], { timestamps }: Video): number[] {
  const count = timestamps.length;
  if (requested.length === 0) return [...new Set([0, count >> 1, count - 1])];
  return requested.filter((number) => number >= 0 && number < count);
}

function reportUnknown({ unknown }: Search, { work }: FramesContext): void {
  if (unknown.length === 0) return;
  const parts = unknown.slice(0, 10).map((part) => `“${part.slice(0, 60)}”`);
  work.log(
    'warn',
    `The baseline model cannot recognize ${parts.join(', ')}: it finds “moving object”, “color region” and single colors as in “red region”, separated by “.”`,
  );
}
