import type { Role } from '../app.ts';
import type { Environment } from '../config/environment/environment.ts';
import { listExposures } from '../config/exposures.ts';
import type { Logger } from '../platform/logger.ts';
import { whenAborted, createStopSignal } from '../platform/stop-signal.ts';
import { readSettings } from './read-settings.ts';

/** Time for handles to close. */
const openHandlesMs = 1_000;

/** Serves in a role until SIGTERM or SIGINT. */
export async function serve(role: Role, env: Environment): Promise<void> {
  const { config, logger } = readSettings(env);
  for (const { seen, advice } of listExposures(config)) logger.warn({ advice }, seen);
  // Unhandled rejections arrive here as well. After a restart, the rows repair what was left half done.
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'unexpected error');
    process.exit(1);
  });
  const { startApp } = await import('../app.ts');
  const { createProcessRegistry } = await import('../metrics/process-registry.ts');
  const signal = createStopSignal();
  // A start may wait for long, and can be ended at any point.
  const abandon = () => process.exit();
  signal.addEventListener('abort', abandon);
  {
    // Declared first, so that it ends last and sends the last spans of the app.
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
  exitIfStuck(logger);
}

/** Its imports are large, and most processes do not need them. */
async function openTracing(url: string, logger: Logger) {
  const { createExporter, startTracing } = await import('../platform/tracing.ts');
  return startTracing(createExporter(url), logger);
}

/** Ends the process if a dead connection keeps it alive; otherwise it ends by itself. */
function exitIfStuck(logger: Logger): void {
  setTimeout(() => {
    logger.warn({ open: process.getActiveResourcesInfo() }, 'ended with open handles');
    process.exit();
  }, openHandlesMs).unref();
}
