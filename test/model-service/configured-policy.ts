import { expect } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import type { Environment } from '../../src/config/environment/environment.ts';
import { createMediaPolicy } from '../../src/model-service/media-path.ts';
import type { Lookup } from '../../src/model-service/media-url.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';

const failingLookup: Lookup = async (name) => expect.unreachable(`${name} is looked up`);
/** The policy that an environment configures; it must not look up any name. */
export function createConfiguredPolicy(env: Environment) {
  const others = { AUTH_MODE: 'none', MODEL_SERVICE_URL: 'http://127.0.0.1:8000' };
  const { media } = readConfig({ ...others, ...env }, jobDefinitions);
  return createMediaPolicy({ ...media, lookup: failingLookup });
}
