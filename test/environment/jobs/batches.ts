import type { GraphQLClient, Transport } from '../clients/graphql-client.ts';

/** All fields of a batch but its jobs. */
export const batchFields = `
  fragment BatchFields on Batch {
    id name state version progress counts { state count } createdAt completedAt
  }`;

/** Starts a batch, and returns the result as the mutation gave it. */
export async function startBatch(
  graphql: GraphQLClient,
  input: object,
  options: object = {},
): Promise<Record<string, any>> {
  const data = await graphql.request(
    `mutation ($input: StartBatchInput!, $options: JobOptions) {
      startBatch(input: $input, options: $options) {
        __typename
        ... on StartBatchPayload {
          created
          batch { ...BatchFields jobs(first: 100) { totalCount edges { node { id type state } } } }
        }
        ... on Error { message }
        ... on ValidationError { issues { path message } }
        ... on NotFoundError { kind id path }
        ... on RateLimitedError { retryAfterMs }
        ... on IdempotencyConflictError { existingJobId }
      }
    }
    ${batchFields}`,
    { input, options },
  );
  return data['startBatch'];
}

export async function readBatch(
  graphql: GraphQLClient,
  id: string,
): Promise<Record<string, any> | null> {
  const data = await graphql.request(
    `query ($id: ID!) { batch(id: $id) { ...BatchFields } } ${batchFields}`,
    { id },
  );
  return data['batch'];
}

export const watchedBatch = `
  subscription ($id: ID!, $after: Int) { batchUpdated(id: $id, after: $after) { ...BatchFields } } ${batchFields}`;

/** Follows a batch's subscription to its end, and returns every version in the order of arrival. */
export async function followBatch(
  graphql: GraphQLClient,
  transport: Transport,
  id: string,
  after?: number,
): Promise<Record<string, any>[]> {
  const versions: Record<string, any>[] = [];
  for await (const answer of graphql.subscribe(transport, watchedBatch, { id, after })) {
    if (answer.errors || !answer.data) throw new Error(JSON.stringify(answer.errors));
    versions.push(answer.data['batchUpdated']);
  }
  return versions;
}

/** The ids of all jobs of a started batch, in the order of the input. */
export function listJobIds({ batch }: Record<string, any>): string[] {
  return batch.jobs.edges.map(({ node }: { node: { id: string } }) => node.id).toReversed();
}
