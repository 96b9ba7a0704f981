import { ConfigError } from '../../config/environment/problems.ts';
import type { Config } from '../../config/config.ts';
import type { Environment } from '../../config/environment/environment.ts';
import { readConfigWithFiles } from '../../config/environment/secrets.ts';
import { createLogger } from '../../platform/logger.ts';
import { jobDefinitions } from '../../subjects/index.ts';
import { checkConfiguration, listProblems } from '../../doctor/configuration.ts';
import { examineEmbedded } from './embedded.ts';
import { examineServices } from '../../doctor/external.ts';
import { formatFindings, formatJson, worstLevel } from '../../doctor/finding.ts';
import type { Finding } from '../../doctor/finding.ts';

/** Checks everything that a server needs and prints the findings; returns the exit code, 1 if something is wrong. */
export async function runDoctor(
  args: readonly string[],
  env: Environment,
  stdout: typeof process.stdout,
): Promise<number> {
  if (args.some((argument) => argument !== '--json')) {
    throw new ConfigError('usage: node src/main.ts doctor [--json]');
  }
  const findings = await examine(env);
  const isJson = args.includes('--json');
  stdout.write(isJson ? formatJson(findings) : formatFindings(findings, stdout.isTTY));
  return worstLevel(findings) === 'wrong' ? 1 : 0;
}

async function examine(given: Environment): Promise<Finding[]> {
  const definitions = jobDefinitions;
  let env: Environment;
  let config: Config;
  try {
    ({ config, env } = readConfigWithFiles(given, definitions));
  } catch (error) {
    if (error instanceof ConfigError) return listProblems(error.message);
    throw error;
  }
  // The findings say what connections would log.
  const logger = createLogger('silent', false);
  const options = { config, definitions, logger };
  const { stack } = config;
  const findings =
    stack.kind === 'embedded'
      ? await examineEmbedded(options, stack.dataDir)
      : await examineServices(options, stack);
  return [...checkConfiguration(config, env, definitions), ...findings];
}
