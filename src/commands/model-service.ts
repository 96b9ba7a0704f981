import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment/environment.ts';
import type { Logger } from '../platform/logger.ts';
import { whenAborted, createStopSignal } from '../platform/stop-signal.ts';
import { readSettings } from './read-settings.ts';

const defaultPort = '8000';

/** Serves the baseline model until SIGTERM or SIGINT. */
export async function serveModels(env: Environment): Promise<void> {
  const { config, logger } = readSettings(modelServiceEnvironment(env));
  // Before its address is printed: whoever reads that may send SIGTERM at once.
  const signal = createStopSignal();
  await using service = await startModelService(config, logger);
  console.log(`fovea-jobs model-service at ${service.url}`);
  await whenAborted(signal);
}

/** The environment with defaults for what only the clients of the model service need. */
function modelServiceEnvironment(env: Environment): Environment {
  const PORT = env['PORT'] || defaultPort;
  return {
    ...env,
    PORT,
    AUTH_MODE: env['AUTH_MODE'] || 'keys',
    // MODEL_SERVICE_TOKEN requires an address.
    MODEL_SERVICE_URL: env['MODEL_SERVICE_URL'] || `http://localhost:${PORT}`,
  };
}

/** Starts the baseline model for clients in other processes. */
async function startModelService(config: Config, logger: Logger) {
  const { token } = config.modelService;
  if (token === null) {
    const advice = 'Set MODEL_SERVICE_TOKEN, here and where its clients run.';
    logger.warn({ advice }, 'the model service accepts requests without a token');
  }
  const { startBaselineModel } = await import('../stack/baseline-model.ts');
  const { host, port } = config.http;
  return startBaselineModel({ ...config.baselineModel, host, port, token, logger });
}
