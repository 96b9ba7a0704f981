import { request } from 'undici';
import { expect } from 'vitest';
import { eventually } from '../environment/eventually.ts';
import { createSubjects, followJob, startJob } from '../environment/jobs/jobs.ts';
import type { GraphQLClient } from '../environment/clients/graphql-client.ts';
import type { Target } from './target.ts';

/** Undoes what operators may do, and the cases have done. */
export async function tidyUp({ app: { graphql } }: Target): Promise<void> {
  const types = ['VIDEO_SUMMARIZATION', 'CLAIM_EXTRACTION', 'CLAIM_SYNTHESIS'];
  const resumed = types.map((type) => `${type}: resumeQueue(type: ${type}) { paused }`);
  await graphql.request(`mutation { ${resumed.join(' ')} }`);
  for (;;) {
    const data = await graphql.request('mutation { cancelJobs { hasMore } }');
    if (!data['cancelJobs'].hasMore) return;
  }
}

/** A job runs to its end, as before. */
export async function expectWork({ app: { graphql }, made }: Target): Promise<void> {
  // They are there from the beginning, and given back.
  const input = await createSubjects(graphql);
  made.job += 1;
  const { id } = await startJob(graphql, 'summarizeVideo', input, { priority: 'HIGH' });
  const versions = await followJob(graphql, 'websocket', id);
  expect(versions.at(-1)).toMatchObject({ state: 'COMPLETED', progress: 100 });
}

/** There are as many rows as the answers said that there would be. */
export async function expectRows({ app: { graphql }, made }: Target): Promise<void> {
  const { personas } = await graphql.request('{ personas { id } }');
  expect({
    job: await count(graphql, 'jobs'),
    video: await count(graphql, 'videos'),
    persona: personas.length,
  }).toEqual(made);
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

/** Nothing goes on that nobody listens to. */
export async function expectNobodyThere({ url, agent }: Target): Promise<void> {
  await eventually(async () => {
    const { body } = await request(`${url}/metrics`, { dispatcher: agent });
    const gauges = /^fovea_live_(?:subscriptions|connections)\{.*$/gm;
    const lines = (await body.text()).match(gauges) ?? [];
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.filter((line) => !line.endsWith(' 0'))).toEqual([]);
  });
}
