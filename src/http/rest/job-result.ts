import { getNamedType, GraphQLError, isLeafType, isObjectType } from 'graphql';
import type { JobRow } from '../../jobs/rows/row.ts';
import { asOwner } from '../../db/viewer.ts';
import { schema } from '../../graphql/schema.ts';
import { pascalName } from '../../jobs/define-job.ts';
import { jobDefinitions } from '../../subjects/index.ts';
import type { OperationCall, Execution } from '../graphql/execution.ts';

/**
 * Creates a function that reads a job's result by a GraphQL query for all scalar fields of its result type. The query counts
 * against the limits of the caller. Throws a GraphQLError that clients may see.
 */
export function createResultReader(
  execution: Execution,
): (job: JobRow, caller: Pick<OperationCall, 'chargedTo' | 'closeSignal'>) => Promise<unknown> {
  // One for each type, so that a poll costs what its own job's result does.
  const queries = new Map(jobDefinitions.map((it) => [it.type, toQuery(it)]));

  // The caller may see the job, and so its result: the query runs as the job's owner.
  return async (job, caller) => {
    const session = { viewer: asOwner(job), expiresAt: undefined, keyId: undefined };
    const request = { variables: { id: job.id } };
    const query = queries.get(job.type);
    if (query === undefined) return null; // a type of another version
    const operation = execution.findOwn(query);
    if (!('document' in operation)) throw new Error('the query for results is not valid');
    const result = await execution.run({ session, operation, request, ...caller });
    const [error] = result.errors ?? [];
    // A failed read must not look like a job without a result.
    if (error) throw new GraphQLError(error.message, { extensions: error.extensions ?? {} });
    const { data } = result;
    return (data?.['job'] as { result?: unknown } | null | undefined)?.result ?? null;
  };
}

function toQuery(definition: (typeof jobDefinitions)[number]): string {
  const type = schema.getType(definition.result.type);
  const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
  const plain = fields.filter((field) => isLeafType(getNamedType(field.type)));
  const result = `result { ${plain.map(({ name }) => name).join(' ')} }`;
  return `query JobResult($id: ID!) { job(id: $id) { ... on ${pascalName(definition)}Job { ${result} } } }`;
}
