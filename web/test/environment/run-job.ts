import { expect } from 'vitest';
import { followJob, startJob } from '../../../test/environment/jobs/jobs.ts';
import type { GraphQLClient } from '../../../test/environment/clients/graphql-client.ts';

/** The baseline model instead of a fake, with the samples as its media: real results. */
export const realModel = { env: { MODEL_SERVICE_URL: '' } };

/** Runs a job, which must complete; returns its id, and that of its result. */
export async function completeJob(
  graphql: GraphQLClient,
  mutation: string,
  input: object,
): Promise<{ id: string; resultId: string }> {
  const { id } = (await startJob(graphql, mutation, input)) as { id: string };
  const final = (await followJob(graphql, 'sse', id)).at(-1)!;
  expect(final).toMatchObject({ state: 'COMPLETED' });
  const { job } = await graphql.request(
    `query ($id: ID!) { job(id: $id) {
      ... on VideoSummarizationJob { result { id } } ... on ClaimExtractionJob { result { id } }
      ... on ClaimSynthesisJob { result { id } } ... on ObjectDetectionJob { result { id } }
      ... on ObjectTrackingJob { result { id } } ... on TranscriptionJob { result { id } }
    } }`,
    { id },
  );
  return { id, resultId: (job as { result: { id: string } }).result.id };
}
