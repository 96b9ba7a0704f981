import type { Environment } from './config.ts';
import type { JobDefinition } from '../jobs/define-job.ts';
import { describeQueueVariables } from './queue-variables.ts';
import type { Variable } from './variable.ts';
import { describeVariables } from './variables.ts';

/** The variables that are set, as they may be shown. */
export function describeEnvironment(
  env: Environment,
  definitions: readonly JobDefinition[],
): Record<string, string> {
  const variables = [
    ...Object.values(describeVariables()),
    ...definitions.flatMap((it) => Object.values(describeQueueVariables(it, 'external'))),
  ];
  return Object.fromEntries(variables.flatMap((it) => describe(it, env[it.name]?.trim())));
}

function describe(
  { name, isSecret, inFile }: Pick<Variable<unknown>, 'name' | 'isSecret' | 'inFile'>,
  text: string | undefined,
): [string, string][] {
  if (!text) return [];
  if (isSecret) return [[name, '[redacted]']];
  // A certificate is no secret, but long.
  return [[name, inFile ? '[given]' : text]];
}
