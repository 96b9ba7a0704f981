import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { createSubjects } from '../environment/jobs/jobs.ts';
import { runJob } from '../environment/jobs/results.ts';
import { outcome, useSubjectChanges } from './use-subject-changes.ts';

expectNoLeaks();

const { app, createNew, change, countNew } = useSubjectChanges();

describe('of a video', () => {
  let videoId: string;

  beforeAll(async () => {
    ({ videoId } = await createNew());
  });

  test('what is given is changed, and the rest stays', async () => {
    const { video } = await change('updateVideo', videoId, { title: ' Another ' });
    expect(video).toMatchObject({ id: videoId, title: 'Another', path: `video-${countNew()}.mp4` });
    expect(await change('updateVideo', videoId, {})).toMatchObject({ video });
  });

  test('a wrong format is corrected, and that of another path is not kept', async () => {
    const format = { width: 64, height: 36, durationSeconds: 4, frameRate: 25 };
    expect(await change('updateVideo', videoId, format)).toMatchObject({ video: format });
    const corrected = { ...format, width: 96 };
    expect(await change('updateVideo', videoId, { width: 96 })).toMatchObject({
      video: corrected,
    });
    const moved = { path: `moved-${countNew()}.mp4`, width: 32 };
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
    expect(video.path).toBe(`moved-${countNew()}.mp4`);
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
