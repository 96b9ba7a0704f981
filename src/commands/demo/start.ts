import { readConfig } from '../../config/config.ts';
import type { Environment } from '../../config/environment/environment.ts';
import { listSecretValues, readSecretFiles } from '../../config/environment/secrets.ts';
import { StartupError } from '../../errors.ts';
import { createErrorLogger } from '../../platform/logger.ts';
import { whenAborted, createStopSignal } from '../../platform/stop-signal.ts';
import { jobDefinitions } from '../../subjects/index.ts';
import { withFreePort } from './free-port.ts';
import { prepareDemo } from './prepare-demo.ts';

/** Starts the app for a demonstration, and runs that through its front door. */
export async function startDemo(args: readonly string[], given: Environment): Promise<void> {
  const signal = createStopSignal(new StartupError('Interrupted.'));
  const { env, ...story } = await prepareDemo(args, readSecretFiles(given));
  const config = readConfig(env, jobDefinitions);
  console.log('Starting everything in this process: API, workers, queue, database…');
  const { http } = config;
  const address = env['PORT'] ? {} : await withFreePort(http);
  // Stdout is for the bars.
  const logger = createErrorLogger(config.logLevel, listSecretValues(env));
  const { startApp } = await import('../../app.ts');
  const options = {
    config: { ...config, http: { ...http, ...address } },
    role: 'all',
    logger,
  } as const;
  await using app = await startApp(options);
  const { runDemo } = await import('./run.ts');
  await runDemo({ ...story, url: `${app.url}/graphql`, stdout: process.stdout, signal });
  if (story.keep) await whenAborted(signal);
}
