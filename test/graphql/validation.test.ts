import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, stackKinds, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';
import { transports } from '../environment/clients/graphql-client.ts';
import {
  createSubjects,
  getUpdate,
  holdSummary,
  startJob,
  watchJob,
} from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import {
  expectIssues,
  refusalFields,
  refusals,
  unknownId,
} from '../environment/jobs/refused-inputs.ts';
import type { Mutation, Refused } from '../environment/jobs/refused-inputs.ts';
import { runJob } from '../environment/jobs/results.ts';

expectNoLeaks();

/** Of each mutation the refusal with the most faults; all of them are in inputs.test.ts. */
const mostFaults = [...Map.groupBy(refusals, ({ mutation }) => mutation).values()].map(
  (ofMutation) => ofMutation.toSorted((a, b) => b.issues.length - a.issues.length)[0]!,
);

interface Accepted {
  mutation: 'summarizeVideo' | 'extractClaims' | 'synthesizeClaims';
  what: string;
  input: Record<string, unknown>;
  /** What the job then has. */
  parameters: Record<string, unknown>;
}

const summarizeDefaults = {
  frameSampleRate: 1,
  maxFrames: 30,
  enableAudio: false,
  enableSpeakerDiarization: false,
  fusionStrategy: null,
  audioLanguage: null,
  modelId: null,
};
const extractDefaults = {
  strategy: 'SENTENCE_BASED',
  maxClaims: 50,
  minConfidence: 0.5,
  modelId: null,
};
const synthesizeDefaults = {
  strategy: 'HIERARCHICAL',
  maxLength: 500,
  includeConflicts: true,
  includeCitations: false,
  modelId: null,
};

const nulls = (defaults: object): Record<string, null> =>
  Object.fromEntries(Object.keys(defaults).map((name) => [name, null]));

const acceptances: Accepted[] = [
  ...[
    { frameSampleRate: 1, maxFrames: 1, audioLanguage: 'en', modelId: 'm' },
    { frameSampleRate: 10, maxFrames: 100, audioLanguage: 'pt-BR', modelId: 'm'.repeat(128) },
  ].map((input) => ({
    mutation: 'summarizeVideo' as const,
    what: JSON.stringify(input).slice(0, 80),
    input,
    parameters: { ...summarizeDefaults, ...input },
  })),
  ...[
    { maxClaims: 1, minConfidence: 0 },
    { maxClaims: 200, minConfidence: 1 },
  ].map((input) => ({
    mutation: 'extractClaims' as const,
    what: JSON.stringify(input),
    input,
    parameters: { ...extractDefaults, ...input },
  })),
  ...[{ maxLength: 100 }, { maxLength: 2_000 }].map((input) => ({
    mutation: 'synthesizeClaims' as const,
    what: JSON.stringify(input),
    input,
    parameters: { ...synthesizeDefaults, ...input },
  })),
  {
    mutation: 'summarizeVideo',
    what: 'null for whatever has a default',
    input: nulls(summarizeDefaults),
    parameters: summarizeDefaults,
  },
  {
    mutation: 'extractClaims',
    what: 'null for whatever has a default',
    input: nulls(extractDefaults),
    parameters: extractDefaults,
  },
  {
    mutation: 'synthesizeClaims',
    what: 'null for whatever has a default',
    input: nulls(synthesizeDefaults),
    parameters: synthesizeDefaults,
  },
];

describe.each(stackKinds)('inputs on the %s stack', (kind) => {
  let stack: TestStack;
  let model: FakeModelService;
  let app: TestApp;
  let subjects: Subjects;
  /** A summary to extract claims from, and one whose claims are there. */
  let summaryId: string;
  let extractedId: string;

  beforeAll(async () => {
    stack = await createTestStack(kind);
    model = await startFakeModelService();
    app = await startTestApp({ stack, env: { MODEL_SERVICE_URL: model.url } });
    subjects = await createSubjects(app.graphql);
    summaryId = await summarize(app, subjects);
    extractedId = await summarize(app, subjects);
    await finish(app, 'extractClaims', { summaryId: extractedId });
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  test.each(acceptances)('$mutation accepts $what', async ({ mutation, input, parameters }) => {
    const id = await finish(app, mutation, { ...rightInput(mutation), ...input });
    expect(await readParameters(mutation, id, Object.keys(parameters))).toEqual(parameters);
  });

  test('an id in capitals is stored as what it names has it', async () => {
    const id = await finish(app, 'extractClaims', { summaryId: summaryId.toUpperCase() });
    expect(await readParameters('extractClaims', id, ['summaryId'])).toEqual({ summaryId });
  });

  test.each(transports)(
    'a job is watched by its id in capitals as well, over %s',
    async (transport) => {
      const [gate] = holdSummary(model, [{ progress: 0.5, stage: 'Looking' }]);
      const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
      const updates = watchJob(app.graphql, transport, id.toUpperCase());
      await updates.next();
      gate!.open();
      const versions = await Array.fromAsync(updates);
      expect(getUpdate(versions.at(-1)!)).toMatchObject({ id, state: 'COMPLETED' });
    },
  );

  test('text is accepted up to its limit, and loses the spaces around it', async () => {
    const id = 'v'.repeat(128);
    const video = { title: ` ${'t'.repeat(500)} `, path: 'p'.repeat(2_000) };
    const persona = {
      name: 'n'.repeat(200),
      role: 'r'.repeat(200),
      informationNeed: 'i'.repeat(4_000),
    };
    const data = await app.graphql.request(
      `mutation ($video: RegisterVideoInput!, $persona: CreatePersonaInput!) {
        registerVideo(input: $video) { ... on RegisterVideoPayload { video { id title path } } }
        createPersona(input: $persona) {
          ... on CreatePersonaPayload { persona { id name role informationNeed } }
        }
      }`,
      { video: { ...video, id: ` ${id} ` }, persona },
    );
    expect(data['registerVideo'].video).toEqual({ ...video, id, title: 't'.repeat(500) });
    expect(data['createPersona'].persona).toMatchObject(persona);
    const personaId = data['createPersona'].persona.id as string;
    await finish(app, 'summarizeVideo', { videoId: id, personaId });
  });

  test('a video without an id, or with null, gets one', async () => {
    for (const id of [{}, { id: null }]) {
      expect(await answer('registerVideo', { title: 'A', path: 'a.mp4', ...id })).toEqual({
        __typename: 'RegisterVideoPayload',
      });
    }
  });

  test('what is registered again is given back as it is, however many ask for it at once', async () => {
    const fields = '... on RegisterVideoPayload { created video { id title path } }';
    const ask = async (input: object) => {
      const document = `mutation ($input: RegisterVideoInput!) {
        registerVideo(input: $input) { ${fields} ... on Error { message } } }`;
      return (await app.graphql.request(document, { input })).registerVideo;
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
    const { videos } = await app.graphql.request(
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
      return (await app.graphql.request(document, { input })).createPersona;
    };
    const twins = await Promise.all([ask('Prices.'), ask('Prices.')]);
    expect(new Set(twins.map(({ created }) => created))).toEqual(new Set([true, false]));
    expect(twins[0].persona).toEqual(twins[1].persona);
    const other = await ask('Prices');
    expect(other.created).toBe(true);
    expect(other.persona.id).not.toBe(twins[0].persona.id);
  });

  test('the id of a registered video is a conflict', async () => {
    const conflict = {
      __typename: 'ConflictError',
      message: 'A video with this id is registered already.',
    };
    for (const id of [subjects.videoId, ` ${subjects.videoId}`]) {
      expect(await answer('registerVideo', { id, title: 'Other', path: 'other.mp4' })).toEqual(
        conflict,
      );
    }
    const data = await app.graphql.request(`query ($id: ID!) { video(id: $id) { title } }`, {
      id: subjects.videoId,
    });
    expect(data['video']).toEqual({ title: 'Harbour news' });
  });

  test('what an input names and is not there is said to be not found', async () => {
    for (const id of [unknownId, 'no-uuid', '"']) {
      expect(await answer('summarizeVideo', { ...subjects, videoId: id })).toEqual(
        notFound('video', id),
      );
      expect(await answer('summarizeVideo', { ...subjects, personaId: id })).toEqual(
        notFound('persona', id),
      );
      expect(await answer('extractClaims', { summaryId: id })).toEqual(notFound('summary', id));
      expect(await answer('synthesizeClaims', { summaryIds: [extractedId, id] })).toEqual(
        notFound('summary', id),
      );
    }
  });

  test('summaries without claims cannot be synthesized', async () => {
    const silentId = await summarize(app, subjects);
    await expectRefused({
      mutation: 'synthesizeClaims',
      what: 'a summary without claims',
      input: { summaryIds: [silentId] },
      issues: ['input.summaryIds: None of these summaries has claims yet. Extract them first.'],
    });
  });

  test('nothing that is refused is stored or reaches a worker', async () => {
    const before = await listEverything();
    const callsBefore = model.calls.length;
    for (const refused of mostFaults) await expectRefused(refused);
    await answer('summarizeVideo', { ...subjects, videoId: unknownId });
    await answer('extractClaims', { summaryId: unknownId });
    await answer('synthesizeClaims', { summaryIds: [unknownId] });
    await answer('registerVideo', { id: subjects.videoId, title: 'Other', path: 'other.mp4' });

    // What was enqueued before these would run before these.
    const ids = [];
    for (const mutation of ['summarizeVideo', 'extractClaims', 'synthesizeClaims'] as const) {
      ids.unshift(await finish(app, mutation, rightInput(mutation)));
    }
    const after = await listEverything();
    expect(after.jobs).toEqual([...ids, ...before.jobs]);
    expect({ ...after, jobs: [] }).toEqual({ ...before, jobs: [] });
    expect(model.calls.slice(callsBefore).map(({ path }) => path)).toEqual([
      '/api/summarize',
      '/api/extract-claims',
      '/api/synthesize-summary',
    ]);
  });

  function rightInput(mutation: Mutation): Record<string, unknown> {
    return {
      summarizeVideo: { ...subjects },
      extractClaims: { summaryId },
      synthesizeClaims: { summaryIds: [extractedId] },
      registerVideo: { title: 'Harbour news', path: 'harbour-news.mp4' },
      createPersona: { name: 'Analyst', role: 'Economist', informationNeed: 'Costs.' },
    }[mutation];
  }

  async function readParameters(mutation: Accepted['mutation'], id: string, fields: string[]) {
    const type = {
      summarizeVideo: 'VideoSummarizationJob',
      extractClaims: 'ClaimExtractionJob',
      synthesizeClaims: 'ClaimSynthesisJob',
    }[mutation];
    const data = await app.graphql.request(
      `query ($id: ID!) { job(id: $id) { ... on ${type} { input { ${fields.join(' ')} } } } }`,
      { id },
    );
    return data['job'].input as Record<string, unknown>;
  }

  async function answer(mutation: Mutation, input: object): Promise<Record<string, any>> {
    const verb = mutation[0]!.toUpperCase() + mutation.slice(1);
    const data = await app.graphql.request(
      `mutation ($input: ${verb}Input!) {
        ${mutation}(input: $input) {
          ${refusalFields}
        }
      }`,
      { input },
    );
    return data[mutation];
  }

  async function expectRefused({ mutation, input, issues }: Refused): Promise<void> {
    expectIssues(await answer(mutation, { ...rightInput(mutation), ...input }), issues);
  }

  async function listEverything(): Promise<Record<'jobs' | 'videos' | 'personas', string[]>> {
    const data = await app.graphql.request(`{
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
});

/** Runs a job to its end, and gives its id. */
async function finish(
  app: TestApp,
  mutation: 'summarizeVideo' | 'extractClaims' | 'synthesizeClaims',
  input: object,
): Promise<string> {
  return (await runJob(app.graphql, mutation, input))['id'];
}

/** Makes a summary, and gives its id. */
async function summarize(app: TestApp, subjects: Subjects): Promise<string> {
  return (await runJob(app.graphql, 'summarizeVideo', subjects))['result'].id;
}

function notFound(what: string, id: string) {
  return {
    __typename: 'NotFoundError',
    message: `There is no ${what} with the id ${JSON.stringify(id)}.`,
  };
}
