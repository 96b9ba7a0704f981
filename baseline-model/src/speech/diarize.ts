import type { DiarizeRequest, DiarizeResponse } from '../video-contract.ts';
import { transcriptModel } from '../identity.ts';
import type { Cue } from '../transcript/cue-text.ts';
import { speakersOf } from '../transcript/speakers.ts';
import type { Work } from '../work.ts';
import { readSpeech, type SpeechContext } from './read-speech.ts';

/** A longer pause ends a turn. */
const maxPauseSeconds = 1;

/** Answers who speaks when by the names in the transcript beside the file; none if it names nobody. */
export async function diarize(
  request: DiarizeRequest,
  context: SpeechContext,
): Promise<DiarizeResponse> {
  const startedAt = performance.now();
  const { cues } = await readSpeech(request.audio_path, undefined, context);
  const speakers = speakersOf(cues);
  reportSpeakers(speakers.length, request, context.work);
  await context.work.step(0.9, 'Reading who speaks');
  return {
    segments: joinTurns(cues),
    speakers,
    processing_time: (performance.now() - startedAt) / 1000,
    model_used: transcriptModel,
  };
}

function joinTurns(cues: readonly Cue[]): DiarizeResponse['segments'] {
  const turns: DiarizeResponse['segments'] = [];
  for (const { start, end, speaker } of cues) {
    const turn = turns.at(-1);
    if (speaker === undefined) continue;
    if (turn?.speaker === speaker && start - turn.end <= maxPauseSeconds)
      turn.end = Math.max(turn.end, end);
    else turns.push({ start, end, speaker });
  }
  return turns;
}

function reportSpeakers(count: number, request: DiarizeRequest, work: Work): void {
  const { num_speakers, min_speakers, max_speakers } = request;
  const least = num_speakers ?? min_speakers ?? 0;
  const most = num_speakers ?? max_speakers ?? Infinity;
  if (count === 0)
    work.log('warn', 'the transcript names no speakers, and voices are not compared');
  else if (count < least || count > most) {
    work.log('warn', `the transcript names ${count} speakers, whatever number is expected`);
  }
}
