import { z } from 'zod';
import { JobFailure, NotFoundError } from '../../../src/errors.ts';
import { defineJob } from '../../../src/jobs/define-job.ts';
import { id, wholeNumber } from '../../../src/jobs/input-fields.ts';
import { findVideo, videos } from '../../../src/subjects/video/queries.ts';
import { insertHeadline, listHeadlinesByJob } from './queries.ts';
import { writeHeadline } from './wire.ts';

export const headlineWriting = defineJob({
  type: 'HEADLINE_WRITING', // its queue is headline-writing
  mutation: 'writeHeadline',
  description: 'Writes a headline for a video.',
  input: z.object({
    videoId: id('The video.'),
    maxWords: wholeNumber('Words at most, 1 to 20.', 1, 20).default(8),
  }),
  defaults: {
    attempts: 3,
    backoffMs: 5_000,
    priority: 'HIGH',
    concurrency: 2,
    ratePerMinute: 10,
    expectedDurationMs: 20_000,
    deadlineMs: 5 * 60_000,
  },
  checkInput: async (readers, viewer, { videoId }) => {
    if (!(await readers.find(videos, viewer, videoId))) throw new NotFoundError('video', videoId);
  },
  endpoints: { writeHeadline },
  result: { type: 'Headline', table: 'headline', listByJob: listHeadlinesByJob, about: ['video'] },
  process: async ({ db, viewer, jobId, resultId, input, modelService, during, save }) => {
    const video = await findVideo(db, viewer, input.videoId);
    if (!video) throw new JobFailure('INVALID_INPUT', 'The video is no longer there.');
    const request = { video_id: video.id, video_path: video.path, max_words: input.maxWords };
    const span = { from: 5, to: 90, stage: 'Writing the headline' }; // of the progress bar
    const { headline: text } = await during(span, (call) =>
      modelService.writeHeadline(request, call),
    );
    await save((trx) => insertHeadline(trx, { id: resultId, jobId, videoId: video.id, text }));
  },
});
