import { expect, test } from 'vitest';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { insertTestJob } from '../environment/jobs/insert-jobs.ts';
import { createSubjects, startJob } from '../environment/jobs/jobs.ts';
import { insertSummary } from '../environment/jobs/results.ts';

expectNoLeaks();

const gloss = [{ type: 'text', content: 'The bridge cost 48 million euros.' }];

const server = useApiServer('external');

async function insertSummaryOf(path: string) {
  const { db } = server.stack;
  const subjects = await createSubjects(server.graphql, { path });
  const { id: jobId, resultId } = await insertTestJob(db);
  await insertSummary(db, { id: resultId, jobId, gloss, ...subjects });
  return { ...subjects, summaryId: resultId };
}

async function readSubject(id: unknown) {
  const query = `query ($id: ID!) { job(id: $id) {
      subject { title video { id } persona { id } } } }`;
  return (await server.graphql.request(query, { id })).job.subject;
}

test('a job is about what it names, and about what its summaries are of', async () => {
  const [one, other] = [await insertSummaryOf('one.mp4'), await insertSummaryOf('other.mp4')];
  const { videoId, personaId, summaryId } = one;
  const whole = { title: 'Harbour news', video: { id: videoId }, persona: { id: personaId } };
  const start = async (mutation: 'summarizeVideo' | 'extractClaims', input: object) =>
    readSubject((await startJob(server.graphql, mutation, input))['id']);
  expect(await start('summarizeVideo', { videoId, personaId })).toEqual(whole);
  expect(await start('extractClaims', { summaryId })).toEqual(whole);

  const several = { summaryIds: [summaryId, other.summaryId] };
  const { id } = await insertTestJob(server.stack.db);
  const change = { type: 'CLAIM_SYNTHESIS', input: JSON.stringify(several) };
  await server.stack.db.updateTable('job').set(change).where('id', '=', id).execute();
  expect(await readSubject(id)).toEqual({
    title: 'Harbour news and 1 more',
    video: null,
    persona: one.personaId === other.personaId ? { id: personaId } : null,
  });
});

test('a job whose subject is not there is called by its kind', async () => {
  const { id } = await insertTestJob(server.stack.db);
  expect(await readSubject(id)).toEqual({
    title: 'Video summarization',
    video: null,
    persona: null,
  });
});
