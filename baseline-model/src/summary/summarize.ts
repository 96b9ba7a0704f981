import { randomUUID } from 'node:crypto';
import type { AudioAnswer, SummarizeRequest, SummarizeResponse } from '../contract.ts';
import { modelDescription } from '../identity.ts';
import type { Cue } from '../transcript/cue-text.ts';
import { cutCues } from '../transcript/cut-cues.ts';
import { speakersOf } from '../transcript/speakers.ts';
import { describeContainer, transcriptText } from './describe.ts';
import { toKeyFrames } from './key-frames.ts';
import { rankSentences } from './rank-sentences.ts';
import { readVideo, type ReadContext } from './read-video.ts';
import { writeSummary } from './write-summary.ts';

/** Summarizes the transcript beside a video for a persona; throws HttpError if there is no transcript. */
export async function summarize(
  request: SummarizeRequest,
  context: ReadContext,
): Promise<SummarizeResponse> {
  const { work } = context;
  const { cues, container, reader } = await readVideo(request, context);
  const persona = { role: request.persona_role, need: request.information_need };
  const moments = await rankSentences(cues, persona, { reader, work });
  const keyFrames = toKeyFrames(moments, container, request.max_frames);
  await work.step(0.96, 'Choosing key frames');
  return {
    id: randomUUID(),
    video_id: request.video_id,
    persona_id: request.persona_id,
    summary: writeSummary(
      moments.map(({ sentence }) => sentence),
      speakersOf(cues),
    ),
    visual_analysis: describeContainer(container, cues) ?? null,
    key_frames: keyFrames,
    confidence: round(
      moments.reduce((sum, moment) => sum + moment.confidence, 0) / Math.max(1, moments.length),
    ),
    visual_model_used: modelDescription,
    ...(request.enable_audio
      ? audioPart(request, cutCues(cues, work), reader.language)
      : { audio_transcript: null }),
  };
}

function audioPart(request: SummarizeRequest, cues: readonly Cue[], language: string): AudioAnswer {
  const withSpeakers = request.enable_speaker_diarization;
  return {
    audio_transcript: transcriptText(cues, withSpeakers),
    transcript_json: {
      language,
      segments: cues.map(({ start, end, text, speaker }) => ({
        start,
        end,
        text,
        speaker: withSpeakers ? (speaker ?? null) : null,
        // Transcripts do not say how reliable they are.
        confidence: null,
      })),
    },
    audio_language: language,
    speaker_count: withSpeakers ? speakersOf(cues).length : null,
    audio_model_used: 'none (transcript file)',
    fusion_strategy: request.fusion_strategy ?? 'sequential',
  };
}

function round(value: number): number {
  return Number(Math.min(1, Math.max(0, value)).toFixed(3));
}
