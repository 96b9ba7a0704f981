import { jobDefinitions } from '../../../src/subjects/index.ts';
import { createProcesses } from './processes.ts';
import type { Processes } from './processes.ts';
import { startChaosServices } from './services.ts';
import type { ChaosServices } from './services.ts';

/** Short intervals, so that recovery takes seconds. Nothing else differs from production. */
const settings = {
  RECONCILE_INTERVAL_MS: '1000',
  SHUTDOWN_GRACE_MS: '1000',
  ...forEachType('RATE_PER_MINUTE', '0'),
  ...forEachType('BACKOFF_MS', '200'),
  ...forEachType('CONCURRENCY', '3'),
};

export interface Deployment extends Processes {
  services: ChaosServices;
}

export interface DeploymentOptions {
  modelServiceUrl: string;
  apis: number;
  workers: number;
  /** If it is too short, locks expire on a busy machine although their workers run. */
  lockDurationMs: number;
}

/** Starts processes and services as in production, each of which can be broken. */
export async function startDeployment(options: DeploymentOptions): Promise<Deployment> {
  await using stack = new AsyncDisposableStack();
  const services = stack.use(await startChaosServices());
  const processes = stack.use(
    createProcesses({
      ...settings,
      LOCK_DURATION_MS: String(options.lockDurationMs),
      DATABASE_URL: services.databaseUrl,
      REDIS_URL: services.redisUrl,
      MODEL_SERVICE_URL: options.modelServiceUrl,
      AUTH_MODE: 'none',
    }),
  );
  await Promise.all([
    ...Array.from({ length: options.apis }, () => processes.start('api')),
    ...Array.from({ length: options.workers }, () => processes.start('worker')),
  ]);
  const opened = stack.move();
  return { ...processes, services, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

function forEachType(name: string, value: string): Record<string, string> {
  return Object.fromEntries(jobDefinitions.map(({ type }) => [`${type}_${name}`, value]));
}
