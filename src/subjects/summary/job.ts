import { z } from 'zod';
import { findPersona, personas } from '../persona/queries.ts';
import { insertVideoSummary, videoSummaryResult } from './queries.ts';
import type { Persona } from '../persona/table.ts';
import type { Video } from '../video/table.ts';
import { isBlank } from '../../platform/text.ts';
import { findVideo, videos } from '../video/queries.ts';
import { JobFailure, NotFoundError } from '../../errors.ts';
import { summarize } from './wire.ts';
import type { SummarizeRequest, SummarizeResponse } from './wire.ts';
import { warnIfModelDiffers } from '../../jobs/requested-model.ts';
import { defineJob } from '../../jobs/define-job.ts';
import { choice, id, language, modelId, ownId, wholeNumber } from '../../jobs/input-fields.ts';

const fusionStrategy = choice('FusionStrategy', {
  SEQUENTIAL: 'What is seen first, then what is heard.',
  TIMESTAMP_ALIGNED: 'What is seen and heard, side by side in time.',
  NATIVE_MULTIMODAL: 'One model that sees and hears.',
  HYBRID: 'A mixture, as the model service chooses.',
});

const input = z.object({
  videoId: id('The video to summarize.'),
  personaId: ownId('The persona to summarize for. Its information need decides what matters.'),
  frameSampleRate: wholeNumber('Frames to analyze per second of video, 1 to 10.', 1, 10).default(1),
  maxFrames: wholeNumber('Maximum number of frames to analyze, 1 to 100.', 1, 100).default(30),
  enableAudio: z.boolean().default(false).meta({ description: 'Whether to use the audio track.' }),
  enableSpeakerDiarization: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether to tell the speakers of the audio track apart.' }),
  fusionStrategy: fusionStrategy
    .nullish()
    .meta({ description: 'How to combine what is seen with what is heard.' }),
  audioLanguage: language(
    'Language of the audio track, as a tag such as `en`; detected if absent.',
  ),
  modelId,
});
type Input = z.output<typeof input>;

export const videoSummarization = defineJob({
  type: 'VIDEO_SUMMARIZATION',
  mutation: 'summarizeVideo',
  description: 'Summarizes a video for a persona.',
  input,
  defaults: {
    attempts: 3,
    backoffMs: 5_000,
    priority: 'NORMAL',
    concurrency: 5,
    ratePerMinute: 10,
    expectedDurationMs: 60_000,
    deadlineMs: 15 * 60_000,
  },
  checkInput: async (readers, viewer, { videoId, personaId }) => {
    const [video, persona] = await Promise.all([
      readers.find(videos, viewer, videoId),
      readers.find(personas, viewer, personaId),
    ]);
    if (!video) throw new NotFoundError('video', videoId, ['input', 'videoId']);
    if (!persona) throw new NotFoundError('persona', personaId, ['input', 'personaId']);
  },
  endpoints: { summarize },
  result: videoSummaryResult,
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
    const persona = await findPersona(db, viewer, input.personaId);
    if (!video) throw new JobFailure('INVALID_INPUT', 'The video is no longer there.');
    if (!persona) throw new JobFailure('INVALID_INPUT', 'The persona is no longer there.');

    const request = toRequest(video, persona, input);
    const answer = await during({ from: 5, to: 90, stage: 'Summarizing the video' }, (call) =>
      modelService.summarize(request, call),
    );
    warnIfModelDiffers(log, input.modelId, [answer.visual_model_used, answer.audio_model_used]);
    if (isBlank(answer.summary)) log('WARN', 'The model service wrote an empty summary.');
    report(92, 'Saving the summary');
    const summary = { ...toSummary(answer), ...toKeys(resultId, jobId, input) };
    await save((trx) => insertVideoSummary(trx, summary));
  },
});

function toRequest(video: Video, persona: Persona, input: Input): SummarizeRequest {
  return {
    video_id: video.id,
    video_path: video.path,
    persona_id: persona.id,
    persona_role: persona.role,
    information_need: persona.informationNeed,
    frame_sample_rate: input.frameSampleRate,
    max_frames: input.maxFrames,
    enable_audio: input.enableAudio,
    enable_speaker_diarization: input.enableSpeakerDiarization,
    audio_language: input.audioLanguage,
    fusion_strategy: input.fusionStrategy && fusionStrategyNames[input.fusionStrategy],
    model_id: input.modelId,
  };
}

const fusionStrategyNames = {
  SEQUENTIAL: 'sequential',
  TIMESTAMP_ALIGNED: 'timestamp_aligned',
  NATIVE_MULTIMODAL: 'native_multimodal',
  HYBRID: 'hybrid',
} as const;

function toKeys(id: string, jobId: string, { videoId, personaId }: Input) {
  return { id, jobId, videoId, personaId };
}

function toSummary(answer: SummarizeResponse) {
  return {
    gloss: [{ type: 'text', content: answer.summary }],
    visualAnalysis: answer.visual_analysis ?? null,
    audioTranscript: answer.audio_transcript ?? null,
    transcript: answer.transcript_json ?? null,
    keyFrames: answer.key_frames.map((frame) => ({
      frameNumber: frame.frame_number ?? null,
      timestamp: frame.timestamp,
      description: frame.description,
      confidence: frame.confidence ?? null,
    })),
    confidence: answer.confidence ?? null,
    audioLanguage: answer.audio_language ?? null,
    speakerCount: answer.speaker_count ?? null,
    audioModelUsed: answer.audio_model_used ?? null,
    visualModelUsed: answer.visual_model_used ?? null,
    fusionStrategy: answer.fusion_strategy ?? null,
    processingTimeAudio: answer.processing_time_audio ?? null,
    processingTimeVisual: answer.processing_time_visual ?? null,
    processingTimeFusion: answer.processing_time_fusion ?? null,
  };
}
