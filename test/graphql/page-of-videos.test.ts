import { expect, test } from 'vitest';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { insertTestJob } from '../environment/jobs/insert-jobs.ts';
import { createSubjects, startJob } from '../environment/jobs/jobs.ts';
import { insertSummary } from '../environment/jobs/results.ts';

expectNoLeaks();

const gloss = [{ type: 'text' as const, content: 'The bridge cost 48 million euros.' }];
/** What a page of videos shows. */
const page = `{ videos(first: 50) { edges { node {
  id title createdAt durationSeconds
  summaries { id confidence createdAt }
  newestJob { id type state version progress stage createdAt completedAt cancelable retryable error { code message } }
} } pageInfo { hasNextPage endCursor } } }`;

const server = useApiServer('external');

test('a page of 50 videos with their summaries and newest jobs is one operation', async () => {
  const { db } = server.stack;
  const newest = new Map<string, string | null>();
  for (let n = 0; n < 50; n += 1) {
    const subjects = await createSubjects(server.graphql, { path: `${n}.mp4` });
    newest.set(subjects.videoId, null);
    if (n % 5 === 0) continue;
    const { id: jobId, resultId } = await insertTestJob(db);
    await insertSummary(db, { id: resultId, jobId, gloss, ...subjects });
    const inputs = {
      1: { mutation: 'summarizeVideo', input: subjects },
      2: { mutation: 'extractClaims', input: { summaryId: resultId } },
    };
    const { mutation, input } = inputs[n % 2 === 0 ? 1 : 2];
    newest.set(subjects.videoId, (await startJob(server.graphql, mutation, input))['id']);
  }
  const { videos } = await server.graphql.request(page);
  const found = videos.edges.map(({ node }: any) => [node.id, node.newestJob?.id ?? null]);
  expect(new Map(found)).toEqual(newest);
  expect(videos.edges).toHaveLength(50);
});
