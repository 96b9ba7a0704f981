import type { JobDefinition } from '../../jobs/define-job.ts';
import { authVariables } from '../auth.ts';
import { frontVariables } from '../front.ts';
import { graphqlVariables } from '../graphql.ts';
import { limitVariables } from '../limits.ts';
import { mediaVariables } from '../media.ts';
import { modelServiceVariables } from '../model-service.ts';
import { retentionVariables } from '../retention.ts';
import { serverVariables } from '../server.ts';
import { stackVariables } from '../stack.ts';
import type { Variable } from './variable.ts';
import { describeQueueVariables, workerVariables } from '../workers.ts';

/** Every variable but those of the queues, in the order of docs/configuration.md. */
export const variables = {
  ...serverVariables,
  ...frontVariables,
  ...authVariables,
  ...limitVariables,
  ...graphqlVariables,
  ...stackVariables,
  ...workerVariables,
  ...retentionVariables,
  ...modelServiceVariables,
  ...mediaVariables,
};

/** Every variable, those of the queues included. */
export function listVariables(definitions: readonly JobDefinition[]): Variable<unknown>[] {
  return [
    ...Object.values(variables),
    ...definitions.flatMap((it) => Object.values(describeQueueVariables(it, 'external'))),
  ] as Variable<unknown>[];
}
