import { z } from 'zod';
import { JobFailure, NotFoundError, ValidationError } from '../../errors.ts';
import { defineJob } from '../../jobs/define-job.ts';
import { id, share, text } from '../../jobs/input-fields.ts';
import { pluralize } from '../../platform/text.ts';
import { findVideo, videos } from '../video/queries.ts';
import type { Video } from '../video/table.ts';
import { chosenFrames, listChosenFrames } from './chosen-frames.ts';
import { detectInBatches } from './detect-in-batches.ts';
import { insertObjectDetection, objectDetectionResult } from './queries.ts';
import { countLabels } from './read-frames.ts';
import { detect } from './wire.ts';

const query = text(500)
  .refine((text) => /[^.\s]/.test(text), 'Must name what to look for.')
  .refine(
    (text) => !/[,;\n，、；]/.test(text),
    'Must separate what to look for by ".", as in "red car. person.", not by commas, semicolons or line breaks.',
  );

const input = z.object({
  videoId: id('The video to look at.'),
  query: query.meta({
    description:
      'What to look for, separated by ".", as in `red car. person.`; up to 500 characters. Commas, semicolons and line breaks are refused, as they separate nothing. Which words are understood depends on the model.',
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
    if (!video) throw new NotFoundError('video', videoId, ['input', 'videoId']);
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

/** The frames of a job that was accepted; the length of its video may have become known since then. */
function listFrames(video: Video, { frames }: Input): number[] {
  try {
    return listChosenFrames(video, frames);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const { path, message } = error.issues[0]!;
    throw new JobFailure(
      'INVALID_INPUT',
      `The input does not fit the video any more. ${path.join('.')}: ${message}`,
    );
  }
}
