import { describe, expect, test } from 'vitest';
import { stackKinds } from '../environment/app/app.ts';
import { createSubjects } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { sendInput } from '../environment/jobs/refused-inputs.ts';

expectNoLeaks();

describe.each(stackKinds)('on the %s stack', (kind) => {
  const server = useApiServer(kind);

  test('a video without an id, or with null, gets one', async () => {
    for (const id of [{}, { id: null }]) {
      expect(
        await sendInput(server.graphql, 'registerVideo', { title: 'A', path: 'a.mp4', ...id }),
      ).toEqual({
        __typename: 'RegisterVideoPayload',
      });
    }
  });

  test('what is registered again is given back as it is, however many ask for it at once', async () => {
    const fields = '... on RegisterVideoPayload { created video { id title path } }';
    const ask = async (input: object) => {
      const document = `mutation ($input: RegisterVideoInput!) {
        registerVideo(input: $input) { ${fields} ... on Error { message } } }`;
      return (await server.graphql.request(document, { input })).registerVideo;
    };
    const input = { title: 'Market day', path: 'café.mp4' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(input)));
    const [first] = answers.filter(({ created }) => created);
    expect(answers.filter(({ created }) => !created)).toEqual(
      Array.from({ length: 19 }, () => ({ ...first, created: false })),
    );
    const known = { video: first.video, created: false };
    expect(await ask({ ...input, title: 'Another title' })).toEqual(known);
    expect(await ask({ ...input, path: input.path.normalize('NFD') })).toEqual(known);
    expect(await ask({ ...input, id: first.video.id })).toEqual(known);
    expect(await ask({ ...input, id: 'another-id' })).toEqual(known);
    const { videos } = await server.graphql.request(
      '{ videos(first: 100) { edges { node { path } } } }',
    );
    const paths = videos.edges.map(({ node }: { node: { path: string } }) => node.path);
    expect(paths.filter((path: string) => path === input.path)).toHaveLength(1);
  });

  test('a persona in the same words is the same, and another word makes another', async () => {
    const ask = async (informationNeed: string) => {
      const input = { name: 'Twin', role: 'Analyst', informationNeed };
      const document = `mutation ($input: CreatePersonaInput!) { createPersona(input: $input) {
        ... on CreatePersonaPayload { created persona { id } } } }`;
      return (await server.graphql.request(document, { input })).createPersona;
    };
    const twins = await Promise.all([ask('Prices.'), ask('Prices.')]);
    expect(new Set(twins.map(({ created }) => created))).toEqual(new Set([true, false]));
    expect(twins[0].persona).toEqual(twins[1].persona);
    const other = await ask('Prices');
    expect(other.created).toBe(true);
    expect(other.persona.id).not.toBe(twins[0].persona.id);
  });

  test('the id of a registered video is a conflict', async () => {
    const { videoId } = await createSubjects(server.graphql);
    const conflict = {
      __typename: 'ConflictError',
      message: 'A video with this id is registered already.',
    };
    for (const id of [videoId, ` ${videoId}`]) {
      expect(
        await sendInput(server.graphql, 'registerVideo', { id, title: 'Other', path: 'other.mp4' }),
      ).toEqual(conflict);
    }
    const data = await server.graphql.request(`query ($id: ID!) { video(id: $id) { title } }`, {
      id: videoId,
    });
    expect(data['video']).toEqual({ title: 'Harbour news' });
  });
});
