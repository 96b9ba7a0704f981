import {
  extractClaimsRequestSchema,
  summarizeRequestSchema,
  synthesizeRequestSchema,
} from './contract.ts';
import { extractClaims } from './claims/extract-claims.ts';
import { getRoute, postRoute, type Route } from './http/route.ts';
import { detect } from './detection/detect.ts';
import {
  detectionModel,
  modelDescription,
  modelName,
  serviceVersion,
  trackingModel,
} from './identity.ts';
import { createVideoReader } from './media/video.ts';
import { diarize } from './speech/diarize.ts';
import { transcribe } from './speech/transcribe.ts';
import { summarize } from './summary/summarize.ts';
import { synthesize } from './synthesis/synthesize.ts';
import type { TextAnalyzer } from './text/analyze.ts';
import { track } from './tracking/track.ts';
import {
  detectRequestSchema,
  diarizeRequestSchema,
  trackRequestSchema,
  transcribeRequestSchema,
} from './video-contract.ts';

/** The masks of twenty objects in a video of 1920 × 1080 pixels. */
const maxTrackBodyBytes = 64 * 1024 * 1024;

export interface RouteContext {
  mediaRoot: string;
  analyzer: TextAnalyzer;
  /** Folders in which ffmpeg is looked for, in the form of PATH. */
  programPath?: string | undefined;
}

/** Every endpoint of the service. */
export function createRoutes({ mediaRoot, analyzer, programPath }: RouteContext): Route[] {
  const frames = { mediaRoot, videos: createVideoReader(), programPath };
  return [
    postRoute('/api/summarize', summarizeRequestSchema, (request, work) =>
      summarize(request, { mediaRoot, analyzer, work }),
    ),
    postRoute('/api/extract-claims', extractClaimsRequestSchema, (request, work) =>
      extractClaims(request, { analyzer, work }),
    ),
    postRoute('/api/synthesize-summary', synthesizeRequestSchema, (request, work) =>
      synthesize(request, { analyzer, work }),
    ),
    postRoute('/api/transcribe', transcribeRequestSchema, (request, work) =>
      transcribe(request, { mediaRoot, analyzer, work }),
    ),
    postRoute('/api/diarize', diarizeRequestSchema, (request, work) =>
      diarize(request, { mediaRoot, work }),
    ),
    postRoute('/api/detection/detect', detectRequestSchema, (request, work) =>
      detect(request, { ...frames, work }),
    ),
    postRoute(
      '/api/tracking/track',
      trackRequestSchema,
      (request, work) => track(request, { ...frames, work }),
      maxTrackBodyBytes,
    ),
    getRoute('/health', () => ({
      status: 'healthy',
      timestamp: new Date().toISOString(),
      service: 'model-service',
    })),
    getRoute('/api/models/config', modelsConfig),
    getRoute('/', () => ({
      service: 'FOVEA baseline model',
      version: serviceVersion,
      docs: 'baseline-model/README.md',
    })),
  ];
}

/** What the model is in each of FOVEA's tasks. */
const tasks = {
  video_summarization: modelDescription,
  claim_extraction: modelDescription,
  claim_synthesis: modelDescription,
  audio_transcription: `${modelName} (reads transcript files, hears nothing)`,
  speaker_diarization: `${modelName} (reads speakers from transcript files, hears nothing)`,
  object_detection: detectionModel,
  video_tracking: trackingModel,
};

function modelsConfig(): object {
  const toTask = (description: string) => ({
    selected: modelName,
    options: {
      [modelName]: {
        model_id: modelName,
        framework: 'rules',
        vram_gb: 0,
        speed: 'fast',
        description,
        fps: null,
      },
    },
  });
  return {
    models: Object.fromEntries(
      Object.entries(tasks).map(([task, description]) => [task, toTask(description)]),
    ),
    inference: {
      max_memory_per_model: {},
      offload_threshold: 1,
      warmup_on_startup: false,
      default_batch_size: 1,
      max_batch_size: 1,
    },
    cuda_available: false,
  };
}
