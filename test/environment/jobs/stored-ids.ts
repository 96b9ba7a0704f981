import { expect } from 'vitest';
import type { GraphQLClient } from '../clients/graphql-client.ts';

/** The ids of all jobs, videos and personas that there are. */
export async function listEverything(
  graphql: GraphQLClient,
): Promise<Record<'jobs' | 'videos' | 'personas', string[]>> {
  const data = await graphql.request(`{
    jobs(first: 100) { edges { cursor } pageInfo { hasNextPage } }
    videos(first: 100) { edges { cursor } pageInfo { hasNextPage } }
    personas { id }
  }`);
  for (const list of ['jobs', 'videos']) expect(data[list].pageInfo.hasNextPage).toBe(false);
  return {
    jobs: data['jobs'].edges.map((edge: { cursor: string }) => edge.cursor),
    videos: data['videos'].edges.map((edge: { cursor: string }) => edge.cursor),
    personas: data['personas'].map((persona: { id: string }) => persona.id),
  };
}
