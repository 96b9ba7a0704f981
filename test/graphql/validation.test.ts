import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, stackKinds, startTestApp } from '../environment/app.ts';
import type { TestApp, TestStack } from '../environment/app.ts';
import { startFakeModelService } from '../environment/fake-model-service.ts';
import type { FakeModelService } from '../environment/fake-model-service.ts';
import { transports } from '../environment/graphql-client.ts';
import {
  createSubjects,
  followJob,
  getUpdate,
  holdSummary,
  startJob,
  watchJob,
} from '../environment/jobs.ts';
import type { Subjects } from '../environment/jobs.ts';
import { expectNoLeaks } from '../environment/leaks.ts';

expectNoLeaks();

/** Jobs that one request starts: fields of one name count as aliases, of which there may be 30. */
const aliases = 25;

type Mutation =
  | 'summarizeVideo'
  | 'extractClaims'
  | 'synthesizeClaims'
  | 'registerVideo'
  | 'createPersona';

interface Refused {
  mutation: Mutation;
  what: string;
  /** In the place of what is right. */
  input: Record<string, unknown>;
  /** Each as `path: message`. */
  issues: string[];
}

interface Accepted {
  mutation: 'summarizeVideo' | 'extractClaims' | 'synthesizeClaims';
  what: string;
  input: Record<string, unknown>;
  /** What the job then has. */
  parameters: Record<string, unknown>;
}

const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057';
const nul = 'a\0b';
const halfSurrogate = 'a\ud83d';
const blank = 'Must not be empty.';
const notText = 'Must be well-formed text without NUL characters.';
const tooLong = (max: number): string => `Must have at most ${max} characters.`;

/** A field of text, wrong in every way that it can be. */
function wrongText(mutation: Mutation, field: string, max: number): Refused[] {
  const refused = (what: string, value: string, ...messages: string[]): Refused => ({
    mutation,
    what: `${field} ${what}`,
    input: { [field]: value },
    issues: messages.map((message) => `input.${field}: ${message}`),
  });
  return [
    refused('that is empty', '', blank),
    refused('of spaces', ' \t\n', blank),
    refused(`of ${max + 1} characters`, 'x'.repeat(max + 1), tooLong(max)),
    refused('with a NUL character', nul, notText),
    refused('with half a surrogate pair', halfSurrogate, notText),
    refused('that is both too long and no text', nul + 'x'.repeat(max), tooLong(max), notText),
  ];
}

function outOfRange(
  mutation: Mutation,
  field: string,
  message: string,
  ...values: number[]
): Refused[] {
  return values.map((value) => ({
    mutation,
    what: `${field} ${value}`,
    input: { [field]: value },
    issues: [`input.${field}: ${message}`],
  }));
}

const wholeNumber = (min: number, max: number): string =>
  `Must be a whole number from ${min} to ${max}.`;
const noLanguage = 'input.audioLanguage: Must be a language tag such as "en" or "pt-BR".';

const refusals: Refused[] = [
  ...wrongText('summarizeVideo', 'videoId', 128),
  ...wrongText('summarizeVideo', 'personaId', 128),
  ...wrongText('summarizeVideo', 'modelId', 128),
  ...outOfRange('summarizeVideo', 'frameSampleRate', wholeNumber(1, 10), -1, 0, 11),
  ...outOfRange('summarizeVideo', 'maxFrames', wholeNumber(1, 100), -1, 0, 101, 2 ** 31 - 1),
  ...['', 'e', 'english language', 'en_GB', 'en-', 'en\0'].map((audioLanguage) => ({
    mutation: 'summarizeVideo' as const,
    what: `audioLanguage ${JSON.stringify(audioLanguage)}`,
    input: { audioLanguage },
    issues: [noLanguage],
  })),
  {
    mutation: 'summarizeVideo',
    what: 'several fields at once',
    input: { videoId: '', frameSampleRate: 0, maxFrames: 101, audioLanguage: '?' },
    issues: [
      `input.videoId: ${blank}`,
      `input.frameSampleRate: ${wholeNumber(1, 10)}`,
      `input.maxFrames: ${wholeNumber(1, 100)}`,
      noLanguage,
    ],
  },
  ...wrongText('extractClaims', 'summaryId', 128),
  ...wrongText('extractClaims', 'modelId', 128),
  ...outOfRange('extractClaims', 'maxClaims', wholeNumber(1, 200), -1, 0, 201),
  ...outOfRange(
    'extractClaims',
    'minConfidence',
    'Must be a number from 0 to 1.',
    -0.01,
    1.01,
    1e300,
  ),
  ...wrongText('synthesizeClaims', 'modelId', 128),
  ...outOfRange('synthesizeClaims', 'maxLength', wholeNumber(100, 2000), 0, 99, 2001),
  {
    mutation: 'synthesizeClaims',
    what: 'no summaries',
    input: { summaryIds: [] },
    issues: ['input.summaryIds: Must name at least one summary.'],
  },
  {
    mutation: 'synthesizeClaims',
    what: '51 summaries',
    input: { summaryIds: Array.from({ length: 51 }, (_, index) => `summary ${index}`) },
    issues: ['input.summaryIds: Must name at most 50 summaries.'],
  },
  {
    mutation: 'synthesizeClaims',
    what: 'a summary twice',
    input: { summaryIds: [unknownId, 'another', unknownId] },
    issues: ['input.summaryIds: Must not name a summary twice.'],
  },
  {
    mutation: 'synthesizeClaims',
    what: 'a summary twice, once with spaces',
    input: { summaryIds: [unknownId, ` ${unknownId} `] },
    issues: ['input.summaryIds: Must not name a summary twice.'],
  },
  {
    mutation: 'synthesizeClaims',
    what: 'a summary twice, once in capitals',
    input: { summaryIds: [unknownId, unknownId.toUpperCase()] },
    issues: ['input.summaryIds: Must not name a summary twice.'],
  },
  {
    mutation: 'synthesizeClaims',
    what: 'faults in several places',
    input: { summaryIds: ['', unknownId, 'x'.repeat(129), nul], maxLength: 1 },
    issues: [
      `input.summaryIds.0: ${blank}`,
      `input.summaryIds.2: ${tooLong(128)}`,
      `input.summaryIds.3: ${notText}`,
      `input.maxLength: ${wholeNumber(100, 2000)}`,
    ],
  },
  ...wrongText('registerVideo', 'id', 128),
  ...wrongText('registerVideo', 'title', 500),
  ...wrongText('registerVideo', 'path', 2_000),
  ...wrongText('createPersona', 'name', 200),
  ...wrongText('createPersona', 'role', 200),
  ...wrongText('createPersona', 'informationNeed', 4_000),
  {
    mutation: 'createPersona',
    what: 'several fields at once',
    input: { name: '', role: nul, informationNeed: 'x'.repeat(4_001) },
    issues: [
      `input.name: ${blank}`,
      `input.role: ${notText}`,
      `input.informationNeed: ${tooLong(4_000)}`,
    ],
  },
];

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

  test.each(refusals)('$mutation refuses $what', async (refused) => {
    await expectRefused(refused);
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
    for (const refused of refusals) await expectRefused(refused);
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
          __typename
          ... on Error { message }
          ... on ValidationError { issues { path message } }
        }
      }`,
      { input },
    );
    return data[mutation];
  }

  async function expectRefused({ mutation, input, issues }: Refused): Promise<void> {
    const refusal = await answer(mutation, { ...rightInput(mutation), ...input });
    expect(refusal).toMatchObject({
      __typename: 'ValidationError',
      message:
        issues.length === 1 ? '1 problem in the input.' : `${issues.length} problems in the input.`,
    });
    const found = (refusal['issues'] as { path: string[]; message: string }[]).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
    expect(found.toSorted()).toEqual(issues.toSorted());
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

describe.each(stackKinds)('the list of jobs on the %s stack', (kind) => {
  let stack: TestStack;
  let model: FakeModelService;
  let app: TestApp;
  let subjects: Subjects;
  /** Names of the jobs' ids, the newest job first. */
  const names = new Map<string, string>();

  beforeAll(async () => {
    stack = await createTestStack(kind);
    model = await startFakeModelService();
    app = await startTestApp({ stack, env: { MODEL_SERVICE_URL: model.url } });
    subjects = await createSubjects(app.graphql);
    const summaryId = await summarize(app, subjects);
    const extractionId = await finish(app, 'extractClaims', { summaryId });
    const synthesisId = await finish(app, 'synthesizeClaims', { summaryIds: [summaryId] });
    model.hold('/api/summarize');
    const other = await createSubjects(app.graphql, { path: 'other-news.mp4' });
    const held = [
      await startJob(app.graphql, 'summarizeVideo', other),
      await startJob(app.graphql, 'summarizeVideo', other),
    ];
    const data = await app.graphql.request(`{ jobs { edges { node { id } } } }`);
    const oldest = data['jobs'].edges.at(-1).node.id as string;
    names.set(held[1]!['id'], 'second held').set(held[0]!['id'], 'first held');
    names.set(synthesisId, 'synthesis').set(extractionId, 'extraction').set(oldest, 'summary');
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  const everything = ['second held', 'first held', 'synthesis', 'extraction', 'summary'];

  test('is read forwards, newest first, page by page', async () => {
    const first = await list({ first: 2 });
    expect(first).toMatchObject({
      jobs: everything.slice(0, 2),
      hasPreviousPage: false,
      hasNextPage: true,
    });
    const second = await list({ first: 2, after: first.endCursor });
    expect(second).toMatchObject({
      jobs: everything.slice(2, 4),
      hasPreviousPage: true,
      hasNextPage: true,
    });
    const third = await list({ first: 2, after: second.endCursor });
    expect(third).toMatchObject({
      jobs: everything.slice(4),
      hasPreviousPage: true,
      hasNextPage: false,
    });
    expect(await list({ first: 2, after: third.endCursor })).toMatchObject({
      jobs: [],
      hasNextPage: false,
    });
  });

  test('is read backwards, each page in the same order', async () => {
    const last = await list({ last: 2 });
    expect(last).toMatchObject({
      jobs: everything.slice(3),
      hasPreviousPage: true,
      hasNextPage: false,
    });
    const middle = await list({ last: 2, before: last.startCursor });
    expect(middle).toMatchObject({
      jobs: everything.slice(1, 3),
      hasPreviousPage: true,
      hasNextPage: true,
    });
    const top = await list({ last: 2, before: middle.startCursor });
    expect(top).toMatchObject({
      jobs: everything.slice(0, 1),
      hasPreviousPage: false,
      hasNextPage: true,
    });
    expect(await list({ before: last.startCursor })).toMatchObject({
      jobs: everything.slice(0, 3),
    });
  });

  test('keeps to both bounds of a page', async () => {
    const { startCursor, endCursor } = await list({});
    expect(await list({ after: startCursor, before: endCursor })).toMatchObject({
      jobs: everything.slice(1, 4),
    });
    expect(await list({ first: 9, before: endCursor })).toMatchObject({
      jobs: everything.slice(0, 4),
    });
    expect(await list({ last: 9, after: startCursor })).toMatchObject({
      jobs: everything.slice(1),
    });
  });

  test('has no cursors on an empty page', async () => {
    const nothing = { jobs: [], startCursor: null, endCursor: null };
    expect(await list({ filter: { types: [] } })).toEqual({
      ...nothing,
      hasPreviousPage: false,
      hasNextPage: false,
    });
    expect(await list({ first: 0 })).toMatchObject({ ...nothing, hasNextPage: true });
    const { endCursor } = await list({});
    expect(await list({ after: endCursor })).toMatchObject({ ...nothing, hasNextPage: false });
  });

  test.each(['jobs', 'videos'])(
    'gives as many %s as it is asked for, or says how many it may be',
    async (field) => {
      const selection = '{ edges { cursor } pageInfo { hasNextPage hasPreviousPage } }';
      for (const name of ['first', 'last']) {
        for (const size of [-1, 101, 1_000, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1]) {
          const query = `query ($size: Int) { ${field}(${name}: $size) ${selection} }`;
          const { errors } = await app.graphql.send(query, { size });
          expect(errors).toMatchObject([
            {
              message: `\`${name}\` must be from 0 to 100, and is ${size}.`,
              extensions: { code: 'BAD_USER_INPUT' },
            },
          ]);
        }
        const data = await app.graphql.request(`{ ${field}(${name}: 0) ${selection} }`);
        const more = name === 'first' ? 'hasNextPage' : 'hasPreviousPage';
        expect(data[field]).toMatchObject({ edges: [], pageInfo: { [more]: true } });
      }
    },
  );

  test('does nothing of a mutation that asks for a list of no size', async () => {
    const { videoId, personaId } = await createSubjects(app.graphql, { path: 'of-no-size.mp4' });
    const { data, errors } = await app.graphql.send(
      `mutation ($input: SummarizeVideoInput!) {
        summarizeVideo(input: $input) { ... on SummarizeVideoPayload { job { logs(first: 2000) { message } } } }
      }`,
      { input: { videoId, personaId } },
    );
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect((await list({ filter: { videoId } })).jobs).toEqual([]);
  });

  test('gives as many log lines as it is asked for, or says how many it may be', async () => {
    const [oldest] = [...names].find(([, name]) => name === 'summary')!;
    const ask = (args: string) =>
      app.graphql.send(`{ job(id: "${oldest}") { logs(${args}) { sequence } } }`);
    for (const size of [-1, 1_001, 2 ** 31]) {
      expect((await ask(`first: ${size}`)).errors).toMatchObject([
        { message: `\`first\` must be from 0 to 1000, and is ${size}.` },
      ]);
    }
    expect((await ask('first: 0')).data).toEqual({ job: { logs: [] } });
    for (const after of [2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1]) {
      expect((await ask(`after: ${after}`)).data).toEqual({ job: { logs: [] } });
    }
  });

  const held = everything.slice(0, 2);
  const done = everything.slice(2);
  const summaries = [...held, 'summary'];

  test.each([
    { what: 'no filter', filter: null, jobs: everything },
    { what: 'an empty filter', filter: {}, jobs: everything },
    { what: 'nulls', filter: { types: null, states: null, videoId: null }, jobs: everything },
    { what: 'a type', filter: { types: ['VIDEO_SUMMARIZATION'] }, jobs: summaries },
    {
      what: 'a type twice',
      filter: { types: ['CLAIM_EXTRACTION', 'CLAIM_EXTRACTION'] },
      jobs: ['extraction'],
    },
    {
      what: 'two types',
      filter: { types: ['CLAIM_EXTRACTION', 'CLAIM_SYNTHESIS'] },
      jobs: ['synthesis', 'extraction'],
    },
    { what: 'no types', filter: { types: [] }, jobs: [] },
    { what: 'a state', filter: { states: ['COMPLETED'] }, jobs: done },
    {
      what: 'the states before the end',
      filter: { states: ['QUEUED', 'ACTIVE', 'DELAYED'] },
      jobs: held,
    },
    { what: 'no states', filter: { states: [] }, jobs: [] },
    {
      what: 'a type and a state',
      filter: { types: ['VIDEO_SUMMARIZATION'], states: ['COMPLETED'] },
      jobs: ['summary'],
    },
    { what: 'an unknown video', filter: { videoId: unknownId }, jobs: [] },
    { what: 'no video', filter: { videoId: '' }, jobs: [] },
    { what: 'a video id with a NUL character', filter: { videoId: '\0' }, jobs: [] },
    { what: 'a video id with half a surrogate pair', filter: { videoId: '\ud83d' }, jobs: [] },
  ])('with $what has what that lets through', async ({ filter, jobs }) => {
    expect((await list({ filter })).jobs).toEqual(jobs);
  });

  test('of a video has the jobs on its summaries too, whatever the page', async () => {
    const filter = { videoId: subjects.videoId };
    expect((await list({ filter })).jobs).toEqual(done);
    const first = await list({ filter, first: 2 });
    expect(first).toMatchObject({ jobs: done.slice(0, 2), hasNextPage: true });
    const second = await list({ filter, first: 2, after: first.endCursor });
    expect(second).toMatchObject({ jobs: done.slice(2), hasNextPage: false });
    expect((await list({ filter: { ...filter, types: ['CLAIM_SYNTHESIS'] } })).jobs).toEqual([
      'synthesis',
    ]);
  });

  test('goes on where it was while new jobs arrive', async () => {
    const mine = await createSubjects(app.graphql, { path: 'four.mp4' });
    const filter = { videoId: mine.videoId };
    await startMany(mine, 4);
    const { jobs: known } = await list({ filter });
    const first = await list({ filter, first: 2 });
    const fresh = await startJob(app.graphql, 'summarizeVideo', mine);
    const second = await list({ filter, first: 2, after: first.endCursor });
    expect([...first.jobs, ...second.jobs]).toEqual(known);
    expect((await list({ filter, before: first.startCursor })).jobs).toEqual([fresh['id']]);
  });

  test('has 20 jobs on a page, or as many as asked for up to 100', async () => {
    const mine = await createSubjects(app.graphql, { path: 'many.mp4' });
    const filter = { videoId: mine.videoId };
    await startMany(mine, 102);
    for (const [page, count] of [
      [{}, 20],
      [{ first: null }, 20],
      [{ first: 100 }, 100],
    ] as const) {
      const { jobs, hasNextPage } = await list({ filter, ...page });
      expect(jobs).toHaveLength(count);
      expect(hasNextPage).toBe(true);
    }
    const { jobs, hasPreviousPage } = await list({ filter, last: 100 });
    expect(jobs).toHaveLength(100);
    expect(hasPreviousPage).toBe(true);
  });

  async function startMany({ videoId, personaId }: Subjects, count: number): Promise<void> {
    // One after the other, as GraphQL runs mutations: their order is what is looked at.
    for (let left = count; left > 0; left -= aliases) {
      const fields = Array.from(
        { length: Math.min(left, aliases) },
        (_, index) => `a${index}: summarizeVideo(input: $input) { __typename }`,
      );
      const mutation = `mutation ($input: SummarizeVideoInput!) { ${fields.join(' ')} }`;
      await app.graphql.request(mutation, { input: { videoId, personaId } });
    }
  }

  /** A page, its jobs by name where they have one. */
  async function list(variables: Record<string, unknown>) {
    const data = await app.graphql.request(
      `query ($filter: JobFilter, $first: Int, $after: String, $last: Int, $before: String) {
        jobs(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
          edges { cursor node { id } }
          pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
        }
      }`,
      variables,
    );
    const { edges, pageInfo } = data['jobs'] as {
      edges: { cursor: string; node: { id: string } }[];
      pageInfo: {
        startCursor: string | null;
        endCursor: string | null;
        hasPreviousPage: boolean;
        hasNextPage: boolean;
      };
    };
    return { jobs: edges.map(({ node }) => names.get(node.id) ?? node.id), ...pageInfo };
  }
});

/** Runs a job to its end, and gives its id. */
async function finish(
  app: TestApp,
  mutation: 'summarizeVideo' | 'extractClaims' | 'synthesizeClaims',
  input: object,
): Promise<string> {
  const { id } = await startJob(app.graphql, mutation, input);
  const versions = await followJob(app.graphql, 'sse', id);
  expect(versions.at(-1)).toMatchObject({ state: 'COMPLETED' });
  return id as string;
}

/** Makes a summary, and gives its id. */
async function summarize(app: TestApp, subjects: Subjects): Promise<string> {
  const id = await finish(app, 'summarizeVideo', subjects);
  const data = await app.graphql.request(
    `query ($id: ID!) { job(id: $id) { ... on VideoSummarizationJob { result { id } } } }`,
    { id },
  );
  return data['job'].result.id;
}

function notFound(what: string, id: string) {
  return {
    __typename: 'NotFoundError',
    message: `There is no ${what} with the id ${JSON.stringify(id)}.`,
  };
}
