import type { z } from 'zod';
import { transcription } from '../../../src/subjects/transcript/job.ts';
import { diarize, transcribe } from '../../../src/subjects/transcript/wire.ts';
import { fakeEndpoint } from '../model-service/endpoint.ts';
import type { TestSubject } from './test-subject.ts';

const transcriptFields = `id language durationSeconds segmentCount speakers modelsUsed text createdAt
  segments { index start end text speaker } video { id title path createdAt }`;

export const transcript: TestSubject = {
  job: {
    definition: transcription,
    endpoint: [fakeEndpoint(transcribe, answerSpeech), fakeEndpoint(diarize, answerSpeakers)],
    ids: { job: 'transcriptionJobId', result: 'transcriptId' },
    resultFields: transcriptFields,
  },
  actions: {
    transcript: [
      {
        circle: 'viewers',
        selection: transcriptFields,
        variables: ({ transcriptId }) => ({ id: transcriptId }),
      },
    ],
  },
};

function answerSpeech({ language }: z.output<typeof transcribe.request>): object {
  return {
    text: 'Welcome to the harbour. Two vessels enter.',
    segments: [
      { start: 0, end: 2.5, text: ' Welcome to the harbour.' },
      { start: 2.5, end: 4, text: ' Two vessels enter.' },
    ],
    language: language ?? 'en',
    duration: 12.5,
    processing_time: 3.2,
    model_used: 'whisper-v3-turbo',
  };
}

function answerSpeakers(): object {
  return {
    segments: [
      { start: 0, end: 2.4, speaker: 'SPEAKER_00' },
      { start: 2.4, end: 4.2, speaker: 'SPEAKER_01' },
    ],
    speakers: ['SPEAKER_00', 'SPEAKER_01'],
    processing_time: 1.1,
    model_used: 'pyannote-3',
  };
}
