import { readConfig } from '../../src/config/config.ts';
import type { Environment } from '../../src/config/environment/environment.ts';
import { ConfigError } from '../../src/config/environment/problems.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';

/** The external stack, with all that it requires but an AUTH_MODE. */
export const services = {
  REDIS_URL: 'redis://127.0.0.1',
  DATABASE_URL: 'postgres://127.0.0.1/fovea',
  MODEL_SERVICE_URL: 'http://127.0.0.1:8000',
};

/** All problems, as the program prints them; empty: there are none. */
export function listProblems(env: Environment): string[] {
  try {
    readConfig(env, jobDefinitions);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n');
  }
}
