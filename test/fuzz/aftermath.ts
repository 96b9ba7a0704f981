import { request } from 'undici';
import { expect } from 'vitest';
import { jobDefinitions } from '../../src/subjects/index.ts';
import { eventually } from '../environment/eventually.ts';
import { createSubjects, followJob, startJob } from '../environment/jobs/jobs.ts';
import type { GraphQLClient } from '../environment/clients/graphql-client.ts';
import type { Target } from './target.ts';

/** Resumes the queues that cases have paused, and cancels the jobs that they have started. */
export async function cleanUp({ app: { graphql } }: Target): Promise<void> {
  const resumed = jobDefinitions.map(
    ({ type }) => `${type}: resumeQueue(type: ${type}) { paused }`,
  );
  await graphql.request(`mutation { ${resumed.join(' ')} }`);
  for (;;) {
    const data = await graphql.request('mutation { cancelJobs { hasMore } }');
    if (!data['cancelJobs'].hasMore) return;
  }
}

/** Expects that a job still runs to its end. */
export async function expectJobCompletes({ app: { graphql }, created }: Target): Promise<void> {
  const input = await createSubjects(graphql);
  created.job += 1;
  const { id } = await startJob(graphql, 'summarizeVideo', input, { priority: 'HIGH' });
  const versions = await followJob(graphql, 'websocket', id);
  expect(versions.at(-1)).toMatchObject({ state: 'COMPLETED', progress: 100 });
}

/** Expects as many rows as the answers said had been created. */
export async function expectRows({ app: { graphql }, created }: Target): Promise<void> {
  const { personas } = await graphql.request('{ personas { id } }');
  expect({
    job: await count(graphql, 'jobs'),
    video: await count(graphql, 'videos'),
    persona: personas.length,
  }).toEqual(created);
}

async function count(graphql: GraphQLClient, list: 'jobs' | 'videos'): Promise<number> {
  let total = 0;
  let after: string | null = null;
  do {
    const data: Record<string, any> = await graphql.request(
      `query ($after: String) {
        ${list}(first: 100, after: $after) { edges { cursor } pageInfo { hasNextPage endCursor } }
      }`,
      { after },
    );
    const { edges, pageInfo } = data[list];
    total += edges.length;
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return total;
}

/** Expects that no subscription and no connection is still open. */
export async function expectNothingOpen({ url, agent }: Target): Promise<void> {
  await eventually(async () => {
    const { body } = await request(`${url}/metrics`, { dispatcher: agent });
    const gauges = /^fovea_live_(?:subscriptions|connections)\{.*$/gm;
    const lines = (await body.text()).match(gauges) ?? [];
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.filter((line) => !line.endsWith(' 0'))).toEqual([]);
  });
}
