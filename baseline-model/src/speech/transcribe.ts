import type { TranscribeRequest, TranscribeResponse } from '../video-contract.ts';
import { transcriptModel } from '../identity.ts';
import { readContainer } from '../media/container.ts';
import { findReader } from '../transcript/find-reader.ts';
import type { TextAnalyzer } from '../text/analyze.ts';
import { readSpeech, type SpeechContext } from './read-speech.ts';

/** Answers with the transcript beside the file. */
export async function transcribe(
  { audio_path, language }: TranscribeRequest,
  { analyzer, ...context }: SpeechContext & { analyzer: TextAnalyzer },
): Promise<TranscribeResponse> {
  const startedAt = performance.now();
  const { path, cues } = await readSpeech(audio_path, language, context);
  const container = await readContainer(path);
  await context.work.step(0.6, 'Reading the container');
  const reader = await findReader(cues, analyzer, language);
  await context.work.step(0.9, 'Detecting the language');
  const spokenUntil = cues.reduce((latest, cue) => Math.max(latest, cue.end), 0);
  return {
    text: cues.map(({ text }) => text).join(' '),
    segments: cues.map(({ start, end, text }) => ({ start, end, text, confidence: null })),
    language: reader.language,
    duration: container?.durationS ?? spokenUntil,
    processing_time: (performance.now() - startedAt) / 1000,
    model_used: transcriptModel,
  };
}
