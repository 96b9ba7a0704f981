import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useTestApp } from '../environment/app/use-test-app.ts';
import { createSubjects, followJob, holdSummary, startJob } from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';
import { runJob } from '../environment/jobs/results.ts';

expectNoLeaks();

const outcome =
  '__typename ... on Error { message } ... on ValidationError { issues { path message } }';
const deletion = (verb: string) =>
  `__typename ... on Error { message } ... on ${verb}Payload { id results { type count } }`;

const { app, model } = useTestApp('external');
let count = 0;

/** A video and a persona that no other test has. */
async function createNew(): Promise<Subjects> {
  count += 1;
  const name = `Analyst ${count}`;
  return createSubjects(app.graphql, { path: `video-${count}.mp4` }, { name });
}

async function change(mutation: string, id: string, input?: object): Promise<any> {
  const verb = mutation[0]!.toUpperCase() + mutation.slice(1);
  const fields = 'id title path width height durationSeconds frameRate';
  const selection = mutation.startsWith('delete')
    ? deletion(verb)
    : `${outcome} ... on ${verb}Payload { ${mutation === 'updateVideo' ? `video { ${fields} }` : 'persona { id name role informationNeed }'} }`;
  const [declared, passed] = input ? [`, $input: ${verb}Input!`, ', input: $input'] : ['', ''];
  const document = `mutation ($id: ID!${declared}) { ${mutation}(id: $id${passed}) { ${selection} } }`;
  return (await app.graphql.request(document, { id, input }))[mutation];
}

const readNodes = async (...ids: string[]) => {
  const { nodes } = await app.graphql.request('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids,
  });
  return nodes.map((node: { id: string } | null) => node?.id ?? null);
};

describe('of a video', () => {
  let videoId: string;

  beforeAll(async () => {
    ({ videoId } = await createNew());
  });

  test('what is given is changed, and the rest stays', async () => {
    const { video } = await change('updateVideo', videoId, { title: ' Another ' });
    expect(video).toMatchObject({ id: videoId, title: 'Another', path: `video-${count}.mp4` });
    expect(await change('updateVideo', videoId, {})).toMatchObject({ video });
  });

  test('a wrong format is corrected, and that of another path is not kept', async () => {
    const format = { width: 64, height: 36, durationSeconds: 4, frameRate: 25 };
    expect(await change('updateVideo', videoId, format)).toMatchObject({ video: format });
    const corrected = { ...format, width: 96 };
    expect(await change('updateVideo', videoId, { width: 96 })).toMatchObject({
      video: corrected,
    });
    const moved = { path: `moved-${count}.mp4`, width: 32 };
    expect(await change('updateVideo', videoId, moved)).toMatchObject({
      video: { ...moved, height: null, durationSeconds: null, frameRate: null },
    });
  });

  test('a path must be allowed, and no other video may have it', async () => {
    await createSubjects(app.graphql, { path: 'taken.mp4' });
    expect(await change('updateVideo', videoId, { path: 'taken.mp4' })).toEqual({
      __typename: 'ConflictError',
      message: 'Another video is registered with this path.',
    });
    for (const path of ['', '/etc/passwd', 'http://127.0.0.1/a.mp4']) {
      const refused = await change('updateVideo', videoId, { path, title: '' });
      expect(refused.__typename).toBe('ValidationError');
      const paths = refused.issues.map((issue: { path: string[] }) => issue.path.at(-1));
      expect(new Set(paths)).toEqual(new Set(['path', 'title']));
    }
    const { video } = await change('updateVideo', videoId, { title: 'Still' });
    expect(video.path).toBe(`moved-${count}.mp4`);
  });
});

test('a persona is changed, but not into one that is there', async () => {
  const { personaId } = await createNew();
  const { persona } = await change('updatePersona', personaId, { informationNeed: 'Fares.' });
  expect(persona).toMatchObject({ id: personaId, informationNeed: 'Fares.' });
  const { personaId: other } = await createSubjects(
    app.graphql,
    { path: 'twin.mp4' },
    { name: 'Twin', role: 'R', informationNeed: 'Need' },
  );
  const texts = { name: 'Twin', role: 'R', informationNeed: 'Need' };
  expect(await change('updatePersona', personaId, texts)).toEqual({
    __typename: 'ConflictError',
    message: 'Another persona has exactly these texts.',
  });
  expect(await change('updatePersona', other, texts)).toMatchObject({ persona: texts });
  expect(await change('updatePersona', personaId, { name: ' ' })).toMatchObject({
    __typename: 'ValidationError',
    issues: [{ path: ['input', 'name'], message: 'Must not be empty.' }],
  });
});

test('a persona has the id of other systems, and keeps it', async () => {
  const id = randomUUID();
  const create = async (input: object) => {
    const document = `mutation ($input: CreatePersonaInput!) { createPersona(input: $input) {
        ${outcome} ... on CreatePersonaPayload { created persona { id } } } }`;
    return (await app.graphql.request(document, { input })).createPersona;
  };
  const texts = { name: 'Known', role: 'Elsewhere', informationNeed: 'All.' };
  const persona = { persona: { id } };
  expect(await create({ ...texts, id: id.toUpperCase() })).toMatchObject({
    ...persona,
    created: true,
  });
  for (const again of [{ ...texts, id }, texts, { ...texts, id: randomUUID() }]) {
    expect(await create(again)).toMatchObject({ ...persona, created: false });
  }
  expect(await create({ ...texts, id, name: 'Unknown' })).toMatchObject({
    __typename: 'ConflictError',
  });
  expect(await create({ ...texts, id: 'persona-1' })).toMatchObject({
    issues: [{ path: ['input', 'id'], message: 'Must be a UUID.' }],
  });
  const { videoId } = await createNew();
  await runJob(app.graphql, 'summarizeVideo', { videoId, personaId: id });
});

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
