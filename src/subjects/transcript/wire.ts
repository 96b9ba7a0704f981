import { z } from 'zod';
import { label } from '../../model-service/fields.ts';

/** Segments of one transcript at most. */
export const maxSegments = 100_000;
/** Speakers of a transcript at most. Of more, in the transcript of a summary, those who speak first are listed. */
export const maxSpeakers = 200;
/** Times in a transcript are below this: some 30 years. */
const maxSeconds = 1e9;
/** Characters of all segments together: some 100 hours of speech. */
const maxTextLength = 5_000_000;

/** A time from the start of the video, which some models give as slightly below 0. */
const seconds = z.number().gt(-maxSeconds).lt(maxSeconds);

const segmentSchema = z.object({
  start: seconds,
  end: seconds,
  text: z.string(),
  speaker: label.nullish(),
});
export type TranscribedSegment = z.output<typeof segmentSchema>;

const transcribeResponseSchema = z.object({
  /** All that is said. */
  text: z.string().nullish(),
  segments: z
    .array(segmentSchema)
    .max(maxSegments, `there are more than ${maxSegments} of them`)
    .refine(
      (segments) => segments.reduce((sum, { text }) => sum + text.length, 0) <= maxTextLength,
      `they have more than ${maxTextLength} characters`,
    ),
  language: label.nullish(),
  duration: seconds.nonnegative().nullish(),
  model_used: label.nullish(),
});
export type TranscribeResponse = z.output<typeof transcribeResponseSchema>;

export const transcribe = {
  name: 'transcribe',
  path: 'api/transcribe',
  mediaPath: 'audio_path',
  request: z.object({ audio_path: z.string(), language: z.string().nullish() }),
  response: transcribeResponseSchema,
};

/** One speaker's speech without a pause. */
const turnSchema = z.object({ start: seconds, end: seconds, speaker: label });
export type SpeakerTurn = z.output<typeof turnSchema>;

export const diarize = {
  name: 'diarize',
  path: 'api/diarize',
  mediaPath: 'audio_path',
  request: z.object({ audio_path: z.string() }),
  response: z.object({
    segments: z
      .array(turnSchema)
      .max(maxSegments, `there are more than ${maxSegments} of them`)
      .refine(
        (turns) => new Set(turns.map(({ speaker }) => speaker)).size <= maxSpeakers,
        `they have more than ${maxSpeakers} speakers`,
      ),
    model_used: label.nullish(),
  }),
};
