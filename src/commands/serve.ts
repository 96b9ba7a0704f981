import type { Role } from '../app.ts';
import type { Environment } from '../config/environment/environment.ts';
import { listExposures } from '../config/exposures.ts';
import type { Logger } from '../platform/logger.ts';
import { whenAborted, createStopSignal } from '../platform/stop-signal.ts';
import { readSettings } from './read-settings.ts';

/** Time for what has been told to close. */
const openHandlesMs = 1_000;

/** Serves in a role until the process is told to end. */
export async function serve(role: Role, env: Environment): Promise<void> {
  const { config, logger } = readSettings(env);
  for (const { seen, advice } of listExposures(config)) logger.warn({ advice }, seen);
  // An unhandled rejection comes here as well. What it left half done, the rows put right after a restart.
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'unexpected error');
    process.exit(1);
  });
  const { startApp } = await import('../app.ts');
  const { createProcessRegistry } = await import('../metrics/process-registry.ts');
  const signal = createStopSignal();
  // A start survives being killed, and may wait for long.
  const abandon = () => process.exit();
  signal.addEventListener('abort', abandon);
  {
    // Ends after the app, whose last spans it sends.
    await using tracing = config.tracingUrl ? await openTracing(config.tracingUrl, logger) : null;
    const registry = createProcessRegistry();
    await using app = await startApp({ config, role, logger, registry, tracing });
    signal.removeEventListener('abort', abandon);
    console.log(
      app.url ? `fovea-jobs ${role} at ${app.url}/graphql` : `fovea-jobs ${role} is running`,
    );
    await whenAborted(signal);
    logger.info('shutting down');
  }
  endAfterwards(logger);
}

/** What it imports is large, and most processes need none of it. */
async function openTracing(url: string, logger: Logger) {
  const { createExporter, startTracing } = await import('../platform/tracing.ts');
  return startTracing(createExporter(url), logger);
}

/** Ends a process that was told to, if a connection that nobody answers keeps it; others end by themselves. */
function endAfterwards(logger: Logger): void {
  setTimeout(() => {
    logger.warn({ open: process.getActiveResourcesInfo() }, 'ended with open handles');
    process.exit();
  }, openHandlesMs).unref();
}
