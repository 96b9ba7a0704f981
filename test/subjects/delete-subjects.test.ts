import { expect, test } from 'vitest';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { followJob, holdSummary, startJob } from '../environment/jobs/jobs.ts';
import { runJob } from '../environment/jobs/results.ts';
import { useSubjectChanges } from './use-subject-changes.ts';

expectNoLeaks();

const { app, model, createNew, change, readNodes } = useSubjectChanges();

test('a video is deleted with all that was made of it, and its jobs stay', async () => {
  const subjects = await createNew();
  const { videoId } = subjects;
  const other = { ...subjects, videoId: (await createNew()).videoId };
  const job = await runJob(app.graphql, 'summarizeVideo', subjects);
  const kept = (await runJob(app.graphql, 'summarizeVideo', other))['result'].id;
  const summaryId = job['result'].id;
  await runJob(app.graphql, 'extractClaims', { summaryId });
  const both = { summaryIds: [kept, summaryId] };
  const synthesis = await runJob(app.graphql, 'synthesizeClaims', both);
  const transcription = await startJob(app.graphql, 'transcribeVideo', { videoId });
  await followJob(app.graphql, 'sse', transcription['id']);
  const ids = [videoId, summaryId, synthesis['result'].id, job['id'], kept];
  expect(await readNodes(...ids)).toEqual(ids);
  const deleted = await change('deleteVideo', videoId);
  expect(deleted).toEqual({
    __typename: 'DeleteVideoPayload',
    id: videoId,
    results: ['VideoSummary', 'ClaimExtraction', 'ClaimSynthesis', 'Transcript'].map((type) => ({
      type,
      count: 1,
    })),
  });
  expect(await readNodes(...ids)).toEqual([null, null, null, job['id'], kept]);
  expect(await change('deleteVideo', videoId)).toMatchObject({ __typename: 'NotFoundError' });
  const { job: left } = await app.graphql.request(
    `query ($id: ID!) { job(id: $id) {
        state subject { title video { id } } ... on VideoSummarizationJob { result { id } } } }`,
    { id: job['id'] },
  );
  const subject = { title: 'Video summarization', video: null };
  expect(left).toEqual({ state: 'COMPLETED', subject, result: null });
  const polled = await fetch(`${app.url}/api/jobs/${job['id']}`);
  expect(await polled.json()).toMatchObject({ state: 'completed', result: null });
});

test('a persona is deleted with its summaries, and those of others stay', async () => {
  const subjects = await createNew();
  const { personaId } = await createNew();
  const result = (await runJob(app.graphql, 'summarizeVideo', subjects))['result'];
  const kept = (await runJob(app.graphql, 'summarizeVideo', { ...subjects, personaId }))['result'];
  expect(await change('deletePersona', subjects.personaId)).toMatchObject({
    id: subjects.personaId,
    results: [{ type: 'VideoSummary', count: 1 }],
  });
  expect(await readNodes(subjects.personaId, result.id, kept.id, personaId)).toEqual([
    null,
    null,
    kept.id,
    personaId,
  ]);
});

test('nothing is deleted while a job works on it, and a job of what was deleted is not restarted', async () => {
  const subjects = await createNew();
  const [gate] = holdSummary(model, [{ progress: 0.5, stage: 'Looking' }]);
  const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
  const conflict = {
    __typename: 'ConflictError',
    message: `The VIDEO_SUMMARIZATION job ${id} works on it. Cancel that job, or wait until it has ended.`,
  };
  expect(await change('deleteVideo', subjects.videoId)).toEqual(conflict);
  expect(await change('deletePersona', subjects.personaId)).toEqual(conflict);
  await app.graphql.request('mutation ($id: ID!) { cancelJob(id: $id) { __typename } }', { id });
  gate!.open();
  expect((await followJob(app.graphql, 'sse', id)).at(-1)).toMatchObject({ state: 'CANCELED' });
  const { __typename } = await change('deleteVideo', subjects.videoId);
  expect(__typename).toBe('DeleteVideoPayload');
  const { retryJob } = await app.graphql.request(
    'mutation ($id: ID!) { retryJob(id: $id) { ... on ConflictError { message } } }',
    { id },
  );
  expect(retryJob).toEqual({ message: 'What it works on was deleted.' });
});
