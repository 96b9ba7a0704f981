import { z } from 'zod';
import { findPydanticError } from '../pydantic-error.ts';
import type { StrictAnswer, StrictRoute } from './fovea-service.ts';

/** A recording as the service can hear it. */
export interface FoveaRecording {
  /** Seconds. */
  duration: number;
  language: string;
  /** As Whisper cuts them: each text begins with a space. */
  segments: { start: number; end: number; text: string }[];
  turns: { start: number; end: number; speaker: string }[];
}

/** Where the service has its files (`VIDEO_DATA_ROOT`). */
const root = '/videos/';

/** From release 0.3 on, types are strict, texts are trimmed, and other fields are refused. */
const audioPath = z.string().trim().min(1);
const transcribeSchema = z.strictObject({
  audio_path: audioPath,
  language: z.string().trim().nullable().optional(),
});
const speakerCount = z.int().min(1).nullable().optional();
const diarizeSchema = z.strictObject({
  audio_path: audioPath,
  num_speakers: speakerCount,
  min_speakers: speakerCount,
  max_speakers: speakerCount,
});

/** The routes `POST /api/transcribe` and `POST /api/diarize` of release 0.4, with recordings by their paths. */
export function createSpeechRoutes(
  recordings: Readonly<Record<string, FoveaRecording>>,
): Record<string, StrictRoute> {
  return {
    '/api/transcribe': (body) => {
      const refusal = findPydanticError(transcribeSchema, body);
      if (refusal) return { status: 422, body: refusal };
      const request = transcribeSchema.parse(body);
      const recording = recordings[request.audio_path];
      if (!recording) return failure('Transcription', request.audio_path);
      const { duration, segments, language } = recording;
      return {
        status: 200,
        body: {
          text: segments.map(({ text }) => text).join(''),
          segments: segments.map((it) => ({ ...it, speaker: null, confidence: 0.9 })),
          language: request.language ?? language,
          duration,
          processing_time: 3.1,
          model_used: 'whisper-v3-turbo',
        },
      };
    },
    '/api/diarize': (body) => {
      const refusal = findPydanticError(diarizeSchema, body);
      if (refusal) return { status: 422, body: refusal };
      const { audio_path } = diarizeSchema.parse(body);
      const recording = recordings[audio_path];
      if (!recording) return failure('Diarization', audio_path);
      const { turns } = recording;
      const speakers = [...new Set(turns.map(({ speaker }) => speaker))];
      const model = { processing_time: 8.4, model_used: 'pyannote-audio-3-1' };
      return { status: 200, body: { segments: turns, speakers, ...model } };
    },
  };
}

function failure(what: string, path: string): StrictAnswer {
  const why = path.startsWith(root)
    ? `Audio file not found: ${path}`
    : `Path not allowed: must be below ${root}`;
  return { status: 500, body: { detail: `${what} failed: ${why}` } };
}
