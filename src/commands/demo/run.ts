import { createApi } from './api.ts';
import type { Api } from './api.ts';
import type { DemoArguments } from './arguments.ts';
import { StartupError } from '../../errors.ts';
import type { DemoVideo } from './video.ts';
import * as documents from './documents.ts';
import type { Extraction, Summary, Synthesis } from './documents.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { formatResults } from './report.ts';
import type { DemoResults } from './report.ts';

const labels = { summary: 'Summarize', claims: 'Extract claims', synthesis: 'Synthesize' };

export interface DemoOptions extends Pick<DemoArguments, 'persona' | 'keep'> {
  /** Of the GraphQL endpoint. */
  url: string;
  video: DemoVideo;
  stdout: typeof process.stdout;
  /** Aborted when the user ends the demo. */
  signal: AbortSignal;
}

/** Summarizes a video, extracts and synthesizes its claims through the API at `url`, and prints progress and results. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { url, video, persona, keep, stdout, signal } = options;
  console.log(`Serving at ${url} (in a browser: GraphiQL)`);
  console.log(`Video: ${video.title} (${video.path})`);
  console.log(`For: ${persona.role} (${persona.informationNeed})\n`);
  using api = createApi(url, signal);
  const results = await runJobs(api, options);
  console.log(formatResults(results, stdout.columns ?? 100));
  if (keep) return console.log(`\nGraphiQL: ${url} (Ctrl-C stops it)`);
  console.log(`\nGraphiQL was at ${url}`);
  console.log('`npm run demo -- --keep` keeps serving it; `npm start` serves the same data.');
}

async function runJobs(api: Api, { video, persona, stdout }: DemoOptions): Promise<DemoResults> {
  const { title, path } = video;
  const videoId = await api.mutate(documents.registerVideo, { title, path });
  const personaId = await api.mutate(documents.createPersona, { name: persona.role, ...persona });

  using progress = createProgress(Object.values(labels), stdout);
  const run = async <Result>(label: string, mutation: string, input: object) => {
    const jobId = await api.mutate(mutation, input);
    return follow<Result>(api, progress, label, jobId);
  };
  const summary = await run<Summary>(labels.summary, documents.summarizeVideo, {
    videoId,
    personaId,
  });
  const extraction = await run<Extraction>(labels.claims, documents.extractClaims, {
    summaryId: summary.id,
    strategy: 'HIERARCHICAL',
  });
  const synthesis = await run<Synthesis>(labels.synthesis, documents.synthesizeClaims, {
    summaryIds: [summary.id],
    includeCitations: true,
  });
  return { summary, extraction, synthesis };
}

/** Shows every version of a job, and returns its result. */
async function follow<Result>(
  api: Api,
  progress: Progress,
  label: string,
  jobId: string,
): Promise<Result> {
  for await (const job of api.watch<Result>(jobId)) {
    progress.show(label, job);
    if (job.state === 'COMPLETED' && job.result) return job.result;
    if (job.state === 'FAILED') {
      throw new StartupError(`${label} failed: ${job.error?.code}: ${job.error?.message}`);
    }
  }
  throw new StartupError(`${label} ended without a result.`);
}
