import { createApi } from './api.ts';
import type { Api } from './api.ts';
import type { DemoArguments } from './arguments.ts';
import { StartupError } from '../../errors.ts';
import type { DemoVideo } from './video.ts';
import * as documents from './documents.ts';
import type { Detection, Extraction, Summary, Synthesis, Tracking } from './documents.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { formatResults, formatTracks } from './report.ts';
import type { DemoResults } from './report.ts';

/** What things are called of which a model service need not know more than that they move. */
const movingQuery = 'moving object';
/** Seconds of the video in which objects are tracked, and when they are looked for. */
const trackedSeconds = { start: 1, end: 9 };
const visionLabels = { detection: 'Detect objects', tracking: 'Track objects' };

const labels = { summary: 'Summarize', claims: 'Extract claims', synthesis: 'Synthesize' };

export interface DemoOptions extends Pick<DemoArguments, 'persona' | 'keep'> {
  /** Of the GraphQL endpoint. */
  url: string;
  /** Of the console; null if it is not served. */
  consoleUrl: string | null;
  video: DemoVideo;
  stdout: typeof process.stdout;
  /** Aborted when the user ends the demo. */
  signal: AbortSignal;
}

/** Summarizes a video, extracts and synthesizes its claims through the API at `url`, and prints progress and results. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { url, consoleUrl, video, persona, keep, stdout, signal } = options;
  if (consoleUrl !== null) console.log(`Console: ${consoleUrl} (watch it there)`);
  console.log(`API: ${url} (in a browser: GraphiQL)`);
  console.log(`Video: ${video.title} (${video.path})`);
  console.log(`For: ${persona.role} (${persona.informationNeed})\n`);
  using api = createApi(url, signal);
  const results = await runJobs(api, options);
  console.log(formatResults(results, stdout.columns ?? 100));
  console.log(await describeTracks(api, options));
  if (keep) {
    console.log(consoleUrl === null ? '' : `\nConsole: ${consoleUrl}`);
    return console.log(`GraphiQL: ${url} (Ctrl-C stops it)`);
  }
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

/** Finds what moves and follows it; what came of it, as text. A model service that cannot look at frames says why. */
async function describeTracks(api: Api, options: DemoOptions): Promise<string> {
  try {
    return formatTracks(await runVision(api, options), options.stdout.columns ?? 100);
  } catch (error) {
    if (!(error instanceof StartupError) || options.signal.aborted) throw error;
    return `\nNo objects were tracked. ${error.message}`;
  }
}

async function runVision(api: Api, { video, stdout }: DemoOptions): Promise<Tracking> {
  const { movingPath: path } = video;
  const { start, end } = trackedSeconds;
  const videoId = await api.mutate(documents.registerVideo, { title: path, path });
  console.log(`\nTracking what moves in ${path}\n`);
  using progress = createProgress(Object.values(visionLabels), stdout);
  const detectionJobId = await api.mutate(documents.detectObjects, {
    videoId,
    query: movingQuery,
    frames: { range: { from: start, to: start + 1, every: 0.5 } },
  });
  const detection = await follow<Detection>(api, progress, visionLabels.detection, detectionJobId);
  const trackingJobId = await api.mutate(documents.trackObjects, {
    videoId,
    detection: { detectionId: detection.id },
    startSeconds: start,
    endSeconds: end,
  });
  return await follow<Tracking>(api, progress, visionLabels.tracking, trackingJobId);
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
