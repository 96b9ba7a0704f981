import type { GraphQLClient } from '../clients/graphql-client.ts';
import type { Subjects } from './jobs.ts';

interface JobPage {
  ids: string[];
  startCursor: string | null;
  endCursor: string | null;
  hasPreviousPage: boolean;
  hasNextPage: boolean;
}

/** Reads a page of the list of jobs. */
export async function readJobPage(
  graphql: GraphQLClient,
  variables: Record<string, unknown>,
): Promise<JobPage> {
  const { jobs } = await graphql.request(
    `query ($filter: JobFilter, $first: Int, $after: String, $last: Int, $before: String) {
      jobs(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
        edges { node { id } }
        pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
      }
    }`,
    variables,
  );
  const { edges, pageInfo } = jobs as {
    edges: { node: { id: string } }[];
    pageInfo: Omit<JobPage, 'ids'>;
  };
  return { ids: edges.map(({ node }) => node.id), ...pageInfo };
}

/** Jobs that one request starts: fields of one name count as aliases, of which there may be 30. */
const aliases = 25;

/** Starts so many jobs in order: GraphQL runs mutations one after the other. */
export async function startManyJobs(
  graphql: GraphQLClient,
  { videoId, personaId }: Subjects,
  count: number,
): Promise<void> {
  for (let left = count; left > 0; left -= aliases) {
    const fields = Array.from(
      { length: Math.min(left, aliases) },
      (_, index) => `a${index}: summarizeVideo(input: $input) { __typename }`,
    );
    const mutation = `mutation ($input: SummarizeVideoInput!) { ${fields.join(' ')} }`;
    await graphql.request(mutation, { input: { videoId, personaId } });
  }
}
