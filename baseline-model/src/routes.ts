import {
  extractClaimsRequestSchema,
  summarizeRequestSchema,
  synthesizeRequestSchema,
} from './contract.ts';
import { extractClaims } from './claims/extract-claims.ts';
import { getRoute, postRoute, type Route } from './http/route.ts';
import { MODEL_DESCRIPTION, MODEL_NAME, SERVICE_VERSION } from './identity.ts';
import { summarize } from './summary/summarize.ts';
import { synthesize } from './synthesis/synthesize.ts';
import type { TextAnalyzer } from './text/analyze.ts';

export interface RouteContext {
  mediaRoot: string;
  analyzer: TextAnalyzer;
}

/** Every endpoint of the service. */
export function createRoutes({ mediaRoot, analyzer }: RouteContext): Route[] {
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
    getRoute('/health', () => ({
      status: 'healthy',
      timestamp: new Date().toISOString(),
      service: 'model-service',
    })),
    getRoute('/api/models/config', modelsConfig),
    getRoute('/', () => ({
      service: 'FOVEA baseline model',
      version: SERVICE_VERSION,
      docs: 'baseline-model/README.md',
    })),
  ];
}

function modelsConfig(): object {
  const options = {
    [MODEL_NAME]: {
      model_id: MODEL_NAME,
      framework: 'rules',
      vram_gb: 0,
      speed: 'fast',
      description: MODEL_DESCRIPTION,
      fps: null,
    },
  };
  const task = { selected: MODEL_NAME, options };
  return {
    models: { video_summarization: task, claim_extraction: task, claim_synthesis: task },
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
