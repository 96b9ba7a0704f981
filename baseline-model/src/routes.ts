import {
  extractClaimsRequestSchema,
  summarizeRequestSchema,
  synthesizeRequestSchema,
} from './contract.ts';
import { extractClaims } from './claims/extract-claims.ts';
import { getRoute, postRoute, type Route } from './http/route.ts';
import { modelDescription, modelName, serviceVersion } from './identity.ts';
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
      version: serviceVersion,
      docs: 'baseline-model/README.md',
    })),
  ];
}

function modelsConfig(): object {
  const options = {
    [modelName]: {
      model_id: modelName,
      framework: 'rules',
      vram_gb: 0,
      speed: 'fast',
      description: modelDescription,
      fps: null,
    },
  };
  const task = { selected: modelName, options };
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
