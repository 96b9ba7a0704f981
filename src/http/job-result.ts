import { isLeafType, isObjectType, getNamedType } from 'graphql';
import type { Viewer } from '../auth/viewer.ts';
import { schema } from '../graphql/schema.ts';
import { pascalName } from '../jobs/define-job.ts';
import { jobDefinitions } from '../jobs/index.ts';
import type { Execution } from './execution.ts';

/** Reads what a job has made, as a client of GraphQL would: all plain fields of its type of result. */
export function createResultReader(
  execution: Execution,
): (viewer: Viewer, jobId: string) => Promise<unknown> {
  const query = `query JobResult($id: ID!) { job(id: $id) { ${jobDefinitions.map(toSelection).join(' ')} } }`;

  return async (viewer, jobId) => {
    const request = { query, variables: { id: jobId } };
    const operation = execution.find(request);
    if (!('document' in operation)) throw new Error('the query for results is not valid');
    const { data } = await execution.run({ viewer, operation, request });
    return (data?.['job'] as { result?: unknown } | null | undefined)?.result ?? null;
  };
}

function toSelection(definition: (typeof jobDefinitions)[number]): string {
  const type = schema.getType(definition.result.type);
  const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
  const plain = fields.filter((field) => isLeafType(getNamedType(field.type)));
  return `... on ${pascalName(definition)}Job { result { ${plain.map(({ name }) => name).join(' ')} } }`;
}
