import { createApi } from './api.ts';
import type { Api } from './api.ts';
import type { DemoArguments } from './arguments.ts';
import type { Environment } from '../../config/environment/environment.ts';
import { StartupError } from '../../errors.ts';
import type { DemoVideo } from './video.ts';
import * as documents from './documents.ts';
import type { Detection, Extraction, Summary, Synthesis, Tracking } from './documents.ts';
import { formatResults, formatTracks } from './report.ts';
import type { DemoResults } from './report.ts';
import { watchInTerminal } from './terminal.ts';

/** What things are called of which a model service need not know more than that they move. */
const movingQuery = 'moving object';
/** Seconds of the video in which objects are tracked, and when they are looked for. */
const trackedSeconds = { start: 1, end: 9 };
/** Where the terminal of the client package finds a server by itself. */
const usualOrigin = 'http://127.0.0.1:4000';

export interface DemoOptions extends Pick<DemoArguments, 'persona' | 'keep'> {
  /** Of the GraphQL endpoint. */
  url: string;
  /** For the terminal. */
  env: Environment;
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
  console.log(`Terminal: ${describeCommand(url)} (in another window)`);
  console.log(`Video: ${video.title} (${video.path})`);
  console.log(`For: ${persona.role} (${persona.informationNeed})\n`);
  const api = createApi(url, signal);
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

/** Shows all jobs of the demo, in another window. */
function describeCommand(url: string): string {
  const { origin } = new URL(url);
  return `npx fovea-jobs watch --mine${origin === usualOrigin ? '' : ` --url ${origin}`}`;
}

async function runJobs(api: Api, options: DemoOptions): Promise<DemoResults> {
  const { video, persona } = options;
  const { title, path } = video;
  const videoId = await api.mutate(documents.registerVideo, { title, path });
  const personaId = await api.mutate(documents.createPersona, { name: persona.role, ...persona });
  const summary = await run<Summary>(api, documents.summarizeVideo, options, {
    videoId,
    personaId,
  });
  const extraction = await run<Extraction>(api, documents.extractClaims, options, {
    summaryId: summary.id,
    strategy: 'HIERARCHICAL',
  });
  const synthesis = await run<Synthesis>(api, documents.synthesizeClaims, options, {
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

async function runVision(api: Api, options: DemoOptions): Promise<Tracking> {
  const { movingPath: path } = options.video;
  const { start, end } = trackedSeconds;
  const videoId = await api.mutate(documents.registerVideo, { title: path, path });
  console.log(`\nTracking what moves in ${path}\n`);
  const detection = await run<Detection>(api, documents.detectObjects, options, {
    videoId,
    query: movingQuery,
    frames: { range: { from: start, to: start + 1, every: 0.5 } },
  });
  return run<Tracking>(api, documents.trackObjects, options, {
    videoId,
    detection: { detectionId: detection.id },
    startSeconds: start,
    endSeconds: end,
  });
}

/** Starts a job, shows it to its end, and returns its result. */
async function run<Result>(
  api: Api,
  mutation: string,
  { url, env, stdout, signal }: DemoOptions,
  input: object,
): Promise<Result> {
  const jobId = await api.mutate(mutation, input);
  await watchInTerminal(jobId, { url, env, isTTY: stdout.isTTY, signal });
  const { type, state, error, result } = await api.findJob<Result>(jobId);
  if (state === 'COMPLETED' && result) return result;
  const reason = error ? `: ${error.code}: ${error.message}` : '.';
  throw new StartupError(`The ${type} job is ${state}${reason}`);
}
