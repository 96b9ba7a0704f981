import type { Config, Environment } from '../config/config.ts';
import { describeEnvironment } from '../config/describe-environment.ts';
import { listMisspelt } from '../config/misspelt.ts';
import { listSecretValues, readConfigWithFiles } from '../config/secret-files.ts';
import { jobDefinitions } from '../subjects/index.ts';
import { createLogger } from '../platform/logger.ts';
import type { Logger } from '../platform/logger.ts';

/** The configuration, and a logger on stdout that knows what must not be shown; it is told of variables that nobody reads. */
export function readSettings(given: Environment): { config: Config; logger: Logger } {
  const { config, env } = readConfigWithFiles(given, jobDefinitions);
  const logger = createLogger(config.logLevel, process.stdout.isTTY, listSecretValues(env));
  logger.debug({ environment: describeEnvironment(env, jobDefinitions) }, 'configuration read');
  for (const { name, resembles } of listMisspelt(env, jobDefinitions)) {
    logger.warn({ variable: name, resembles }, 'a variable that nobody reads is set');
  }
  return { config, logger };
}
