import { z } from 'zod';
import { JobFailure, NotFoundError } from '../../errors.ts';
import { defineJob } from '../../jobs/define-job.ts';
import type { JobContext } from '../../jobs/define-job.ts';
import { id, language } from '../../jobs/input-fields.ts';
import { isBlank, pluralize } from '../../platform/text.ts';
import { findVideo, videos } from '../video/queries.ts';
import { assignSpeakers } from './assign-speakers.ts';
import { insertTranscript, listTranscriptsByJob } from './queries.ts';
import { maxSegmentLength } from './segments.ts';
import { diarize, transcribe } from './wire.ts';
import type { TranscribeResponse, TranscribedSegment } from './wire.ts';

export const transcription = defineJob({
  type: 'TRANSCRIPTION',
  mutation: 'transcribeVideo',
  description: 'Transcribes what is said in a video.',
  input: z.object({
    videoId: id('The video to transcribe.'),
    language: language('Language of what is said, as a tag such as `en`; detected if absent.'),
    diarize: z.boolean().default(false).meta({
      description:
        'Whether to tell the speakers apart, by a second call of the model service. Another attempt makes both calls again.',
    }),
  }),
  defaults: {
    attempts: 3,
    backoffMs: 5_000,
    priority: 'NORMAL',
    concurrency: 2,
    ratePerMinute: 10,
    expectedDurationMs: 90_000,
    // Two calls of ten minutes each, the default limit of a call.
    deadlineMs: 25 * 60_000,
  },
  checkInput: async (readers, viewer, { videoId }) => {
    const video = await readers.find(videos, viewer, videoId);
    if (!video) throw new NotFoundError('video', videoId, ['input', 'videoId']);
  },
  endpoints: { transcribe, diarize },
  result: {
    type: 'Transcript',
    table: 'transcript',
    listByJob: listTranscriptsByJob,
    about: ['video'],
  },
  process: async ({
    db,
    viewer,
    jobId,
    resultId,
    input,
    modelService,
    report,
    log,
    during,
    save,
  }) => {
    report(2, 'Looking up the video');
    const video = await findVideo(db, viewer, input.videoId);
    if (!video) throw new JobFailure('INVALID_INPUT', 'The video is no longer there.');

    const stage = 'Transcribing the video';
    const spoken = await during({ from: 5, to: input.diarize ? 60 : 90, stage }, (call) =>
      modelService.transcribe({ audio_path: video.path, language: input.language }, call),
    );
    const heard = input.diarize
      ? await during({ from: 60, to: 90, stage: 'Telling the speakers apart' }, (call) =>
          modelService.diarize({ audio_path: video.path }, call),
        )
      : undefined;

    let segments = listSegments(spoken, log);
    if (heard) {
      const speakers = assignSpeakers(segments, heard.segments);
      segments = segments.map((segment, place) => ({ ...segment, speaker: speakers[place] }));
      const isAnonymous = segments.length > 0 && speakers.every((speaker) => speaker === null);
      if (isAnonymous) log('WARN', 'The model service told no speakers apart.');
    }
    report(92, 'Saving the transcript');
    const transcript = {
      id: resultId,
      jobId,
      videoId: video.id,
      language: spoken.language ?? input.language ?? null,
      durationSeconds: spoken.duration ?? null,
      modelsUsed: [spoken.model_used, heard?.model_used].filter((name) => name != null),
    };
    await save((trx) => insertTranscript(trx, transcript, segments));
  },
});

/** The segments with text. The job's log tells what is missing in the transcript. */
function listSegments(
  { text, segments, duration }: TranscribeResponse,
  log: JobContext<unknown>['log'],
): TranscribedSegment[] {
  const given = segments.filter((segment) => !isBlank(segment.text));
  if (given.length === 0 && text != null && !isBlank(text)) {
    log('WARN', 'The model service gave no times: the transcript is one segment.');
    given.push({ start: 0, end: duration ?? 0, text });
  }
  const cut = given.filter((segment) => isTooLong(segment.text.trim()));
  if (given.length === 0) log('WARN', 'The model service heard no speech.');
  if (cut.length > 0) {
    const what = pluralize(cut.length, 'segment');
    log('WARN', `The text of ${what} was cut to ${maxSegmentLength} characters.`);
  }
  return given;
}

/** In characters, as PostgreSQL counts them. */
function isTooLong(text: string): boolean {
  return text.length > maxSegmentLength && Array.from(text).length > maxSegmentLength;
}
