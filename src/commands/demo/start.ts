import { once } from 'node:events';
import { createServer } from 'node:net';
import { readConfig } from '../../config/config.ts';
import type { Environment } from '../../config/environment/environment.ts';
import { listSecretValues, readSecretFiles } from '../../config/environment/secrets.ts';
import { StartupError } from '../../errors.ts';
import { createErrorLogger } from '../../platform/logger.ts';
import { whenAborted, createStopSignal } from '../../platform/stop-signal.ts';
import { jobDefinitions } from '../../subjects/index.ts';
import { parseDemoArguments } from './arguments.ts';
import { getDemoVideo } from './video.ts';
import type { DemoVideo } from './video.ts';

/** Minimum time of a step of the baseline model, which is too fast to watch. */
const stepDelayMs = '120';

/** Starts the app for a demonstration, and runs it through its own API. */
export async function startDemo(args: readonly string[], given: Environment): Promise<void> {
  const signal = createStopSignal(new StartupError('Interrupted.'));
  const resolved = readSecretFiles(given);
  const { videoPath, ...story } = parseDemoArguments(args);
  const video = await getDemoVideo(videoPath, {
    // npm changes to the project's folder; INIT_CWD is the user's.
    from: resolved['INIT_CWD'] || process.cwd(),
    needsTranscript: !resolved['MODEL_SERVICE_URL'],
  });
  const env = demoEnvironment(resolved, video);
  const config = readConfig(env, jobDefinitions);
  console.log('Starting everything in this process: API, workers, queue, database…');
  const { http } = config;
  const port = env['PORT'] ? http.port : await findPort(http);
  // Stdout is for what the terminal shows.
  const logger = createErrorLogger(config.logLevel, listSecretValues(env));
  const { startApp } = await import('../../app.ts');
  await using app = await startApp({
    config: { ...config, http: { ...http, port } },
    role: 'all',
    logger,
  });
  const { runDemo } = await import('./run.ts');
  const consoleUrl = http.servesConsole ? `${app.url}/` : null;
  const url = `${app.url}/graphql`;
  await runDemo({
    ...story,
    video,
    url,
    consoleUrl,
    env: resolved,
    stdout: process.stdout,
    signal,
  });
  if (story.keep) await whenAborted(signal);
}

/** The user's environment, with the embedded stack, no accounts, and the media folder of the video. */
function demoEnvironment(env: Environment, { mediaRoot }: DemoVideo): Environment {
  const withoutAccounts = Object.entries(env).filter(([name]) => !name.startsWith('AUTH_'));
  return {
    ...Object.fromEntries(withoutAccounts),
    // The demo is its only client, wherever it runs.
    AUTH_MODE: 'none',
    ALLOW_INSECURE: '1',
    // It must not touch a database that others use.
    REDIS_URL: undefined,
    DATABASE_URL: undefined,
    MEDIA_ROOT: mediaRoot ?? env['MEDIA_ROOT'],
    LOG_LEVEL: env['LOG_LEVEL'] || 'warn',
    MODEL_STEP_DELAY_MS: env['MODEL_STEP_DELAY_MS'] || stepDelayMs,
    SHUTDOWN_GRACE_MS: env['SHUTDOWN_GRACE_MS'] || '1000',
  };
}

interface Address {
  host: string;
  port: number;
}

/** The port; if it is in use, 0 for any free one, and a note about it. */
async function findPort(address: Address): Promise<number> {
  if (await isFree(address)) return address.port;
  console.log(`Port ${address.port} is in use; the demo picks a free one.`);
  return 0;
}

async function isFree({ host, port }: Address): Promise<boolean> {
  const server = createServer().listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}
