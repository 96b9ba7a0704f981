import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment/environment.ts';
import { listMisspelled } from '../config/environment/misspelled.ts';
import {
  describeEnvironment,
  listSecretValues,
  readConfigWithFiles,
} from '../config/environment/secrets.ts';
import { jobDefinitions } from '../subjects/index.ts';
import { createLogger } from '../platform/logger.ts';
import type { Logger } from '../platform/logger.ts';

/** The configuration, and a logger on stdout that redacts its secrets. Misspelled variables are logged. */
export function readSettings(given: Environment): { config: Config; logger: Logger } {
  const { config, env } = readConfigWithFiles(given, jobDefinitions);
  const logger = createLogger(config.logLevel, process.stdout.isTTY, listSecretValues(env));
  logger.debug({ environment: describeEnvironment(env, jobDefinitions) }, 'configuration read');
  for (const { name, suggestion } of listMisspelled(env, jobDefinitions)) {
    logger.warn({ variable: name, suggestion }, 'an unknown variable is set');
  }
  return { config, logger };
}
