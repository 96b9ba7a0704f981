import type { JobDefinition, JobSettings } from '../jobs/define-job.ts';
import { readAuth } from './auth.ts';
import type { AuthConfig } from './auth.ts';
import { readVariables } from './environment/environment.ts';
import type { Environment } from './environment/environment.ts';
import { readFront } from './front.ts';
import { readGraphQL } from './graphql.ts';
import type { GraphQLConfig } from './graphql.ts';
import { readLimits } from './limits.ts';
import type { LimitsConfig } from './limits.ts';
import { readMedia } from './media.ts';
import type { MediaConfig } from './media.ts';
import { describeMisspelled, listMisspelled } from './environment/misspelled.ts';
import { readModelService } from './model-service.ts';
import type { ModelServiceConfig } from './model-service.ts';
import { ConfigError, createProblems } from './environment/problems.ts';
import { readRetention } from './retention.ts';
import type { RetentionConfig } from './retention.ts';
import { readServer } from './server.ts';
import type { ServerConfig } from './server.ts';
import { findStackKind, readStack } from './stack.ts';
import type { StackConfig } from './stack.ts';
import { variables } from './environment/variables.ts';
import { describeQueueVariables, readWorkers } from './workers.ts';
import type { WorkersConfig } from './workers.ts';

/** All settings of a process. */
export interface Config extends ServerConfig, WorkersConfig, ModelServiceConfig {
  stack: StackConfig;
  migrateOnStart: boolean;
  auth: AuthConfig;
  graphql: GraphQLConfig;
  limits: LimitsConfig;
  media: MediaConfig;
  /** Null: all jobs are kept. */
  retention: RetentionConfig | null;
  /** By job type. */
  jobSettings: Record<string, JobSettings>;
}

/** A file, named by a `NAME_FILE`, that cannot be read. */
export interface UnreadableFile {
  /** The variable that it should hold the value of. */
  name: string;
  problem: string;
}

/**
 * Reads the configuration; throws ConfigError with every problem at once, including those of unreadable files. Unset and
 * empty are the same.
 */
export function readConfig(
  env: Environment,
  definitions: readonly JobDefinition[],
  unreadable: readonly UnreadableFile[] = [],
): Config {
  const problems = createProblems();
  for (const { name, problem } of unreadable) problems.refuse(name, problem);
  const values = readVariables(variables, env, problems);
  const stackKind = findStackKind(values, problems);
  const auth = readAuth(values, stackKind, problems);
  const hasAccounts = auth.mode !== 'none';
  const jobSettings = definitions.map((definition) => {
    const ofQueue = describeQueueVariables(definition, stackKind);
    return [definition.type, readVariables(ofQueue, env, problems)] as const;
  });
  const config: Config = {
    ...readServer(values, readFront(values, { hasAccounts }, problems)),
    stack: readStack(values, problems),
    migrateOnStart: values.migrateOnStart ?? stackKind === 'embedded',
    auth,
    graphql: readGraphQL(values),
    limits: readLimits(values, { hasAccounts }),
    media: readMedia(values),
    ...readModelService(values, stackKind, problems),
    ...readWorkers(values, stackKind, definitions, problems),
    retention: readRetention(values, problems),
    jobSettings: Object.fromEntries(jobSettings),
  };
  if (problems.list().length > 0) {
    // A required variable may be there under a misspelled name.
    const misspelled = listMisspelled(env, definitions).map(describeMisspelled);
    throw new ConfigError([...problems.list(), ...misspelled].join('\n'));
  }
  return Object.freeze(config);
}
