import { z } from 'zod';
import { JobFailure, NotFoundError, ValidationError } from '../../errors.ts';
import { defineJob } from '../../jobs/define-job.ts';
import type { JobContext } from '../../jobs/define-job.ts';
import { id, share, text } from '../../jobs/input-fields.ts';
import { chunkBySize } from '../../platform/chunk-by-size.ts';
import { pluralize } from '../../platform/text.ts';
import { findVideo, videos } from '../video/queries.ts';
import type { Video } from '../video/table.ts';
import { chosenFrames, listChosenFrames } from './chosen-frames.ts';
import { insertObjectDetection, objectDetectionResult } from './queries.ts';
import { countLabels, readFrames } from './read-frames.ts';
import type { DetectedFrame } from './table.ts';
import { detect } from './wire.ts';

/** Frames of one call. FOVEA's service takes seconds to load its model for each call, and none can be stopped there. */
const framesPerCall = 20;

const query = text(500)
  .refine((text) => /[^.\s]/.test(text), 'Must name what to look for.')
  .refine(
    (text) => !/[,;\n，、；]/.test(text),
    'Must have "." between the things to look for, as in "red car. person.": commas, semicolons and line breaks do not divide it.',
  );

const input = z.object({
  videoId: id('The video to look at.'),
  query: query.meta({
    description:
      'What to look for, up to 500 characters: words with "." between them, as in `red car. person.`. Commas are refused, as they would not divide it. Which words are understood depends on the model.',
  }),
  frames: chosenFrames.meta({ description: 'Which frames to look at.' }),
  confidenceThreshold: share('Detections below this confidence, 0 to 1, are left out.').default(
    0.3,
  ),
});
type Input = z.output<typeof input>;

export const objectDetection = defineJob({
  type: 'OBJECT_DETECTION',
  mutation: 'detectObjects',
  description: 'Finds objects in frames of a video.',
  input,
  defaults: {
    attempts: 3,
    backoffMs: 5_000,
    priority: 'NORMAL',
    concurrency: 2,
    ratePerMinute: 10,
    expectedDurationMs: 30_000,
    deadlineMs: 30 * 60_000,
  },
  checkInput: async (readers, viewer, { videoId, frames }) => {
    const video = await readers.find(videos, viewer, videoId);
    if (!video) throw new NotFoundError('video', videoId);
    listChosenFrames(video, frames);
  },
  endpoints: { detect },
  result: objectDetectionResult,
  process: async (context) => {
    const { db, viewer, jobId, resultId, input, report, log, save } = context;
    report(2, 'Looking up the video');
    const video = await findVideo(db, viewer, input.videoId);
    if (!video) throw new JobFailure('INVALID_INPUT', 'The video is no longer there.');
    const numbers = listFrames(video, input);
    const { frames, modelUsed } = await detectInBatches(context, video, numbers);

    const read = new Set(frames.map(({ frameNumber }) => frameNumber));
    const unreadFrames = numbers.filter((number) => !read.has(number));
    if (unreadFrames.length > 0) {
      const count = `${unreadFrames.length} of ${pluralize(numbers.length, 'frame')}`;
      log('WARN', `The model service could not read ${count}.`);
    }
    report(92, 'Saving the detections');
    const detection = {
      id: resultId,
      jobId,
      videoId: video.id,
      query: input.query,
      width: video.width,
      height: video.height,
      counts: countLabels(frames),
      unreadFrames,
      modelUsed,
    };
    await save((trx) => insertObjectDetection(trx, detection, frames));
  },
});

/** The frames of a job that was accepted. What was said of its video since then may be against it. */
function listFrames(video: Video, { frames }: Input): number[] {
  try {
    return listChosenFrames(video, frames);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const message = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)[0]!;
    throw new JobFailure('INVALID_INPUT', message);
  }
}

type Context = JobContext<Input, { detect: typeof detect }>;

/** The frames that the model service could read, in order; throws a JobFailure if it cannot read the first ones. */
async function detectInBatches(
  { input, modelService, signal, log, during }: Context,
  video: Video,
  numbers: readonly number[],
): Promise<{ frames: DetectedFrame[]; modelUsed: string | null }> {
  const frames: DetectedFrame[] = [];
  let modelUsed: string | null = null;
  for (const batch of chunkBySize(numbers, () => 1, framesPerCall)) {
    signal.throwIfAborted();
    const answer = await during(toSpan(batch, numbers), (call) =>
      modelService.detect(
        {
          video_id: video.id,
          video_path: video.path,
          query: input.query,
          frame_numbers: batch,
          confidence_threshold: input.confidenceThreshold,
        },
        call,
      ),
    );
    const read = readFrames(answer, batch, input.confidenceThreshold);
    logLeftOut(log, read);
    frames.push(...read.frames);
    modelUsed ??= answer.model_used ?? null;
    // Some services say no more of a file that does not exist, and would load their model for each further batch.
    if (frames.length === 0) throw unreadable(batch);
  }
  return { frames, modelUsed };
}

/** The part of the progress bar of a batch. */
function toSpan(batch: readonly number[], numbers: readonly number[]) {
  const start = numbers.indexOf(batch[0]!);
  const end = start + batch.length;
  const place = (index: number) => 5 + (85 * index) / numbers.length;
  const stage = `Looking at frames ${start + 1} to ${end} of ${numbers.length}`;
  return { from: place(start), to: place(end), stage };
}

function logLeftOut(
  log: Context['log'],
  { empty, excess }: Pick<ReturnType<typeof readFrames>, 'empty' | 'excess'>,
): void {
  if (empty > 0) log('WARN', `Left out: ${pluralize(empty, 'detection')} of no size.`);
  if (excess > 0) {
    log('WARN', `Left out: ${pluralize(excess, 'detection')}, as a frame had too many.`);
  }
}

function unreadable(batch: readonly number[]): JobFailure {
  const which = batch.length === 1 ? `frame ${batch[0]}` : `frames ${batch[0]} to ${batch.at(-1)}`;
  return new JobFailure(
    'INVALID_INPUT',
    `The model service could not read ${which} of the video: the file is missing there, damaged, or ends before.`,
  );
}
