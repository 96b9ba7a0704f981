import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { Collector } from '../clients/collector.ts';
import { defaultAnswer } from '../model-service/answers.ts';
import type { FakeModelService } from '../model-service/fake-model-service.ts';
import { createGate } from '../model-service/gate.ts';
import type { Gate } from '../model-service/gate.ts';
import type { GraphQLAnswer, GraphQLClient, Transport } from '../clients/graphql-client.ts';

/** All fields of a job that are the same for every viewer. */
export const jobFields = `
  fragment JobFields on Job {
    __typename id type state version progress stage attempt maxAttempts priority position
    error { code message retryable attempt }
    createdAt startedAt completedAt nextAttemptAt expiresAt cancelable retryable
    attempts { number worker startedAt finishedAt error { code message retryable attempt } }
    logs { sequence attempt level message }
  }`;

export interface Subjects {
  videoId: string;
  personaId: string;
}

/** Registers a video, and creates a persona. */
export async function createSubjects(
  graphql: GraphQLClient,
  video: {
    id?: string;
    title?: string;
    path?: string;
    width?: number;
    height?: number;
    durationSeconds?: number;
    frameRate?: number;
  } = {},
  persona: { name?: string; role?: string; informationNeed?: string } = {},
): Promise<Subjects> {
  const data = await graphql.request(
    `mutation ($video: RegisterVideoInput!, $persona: CreatePersonaInput!) {
      registerVideo(input: $video) { ... on RegisterVideoPayload { video { id } } }
      createPersona(input: $persona) { ... on CreatePersonaPayload { persona { id } } }
    }`,
    {
      video: { title: 'Harbour news', path: 'harbour-news.mp4', ...video },
      persona: {
        name: 'Analyst',
        role: 'Port economist',
        informationNeed: 'What the harbour costs, and who pays.',
        ...persona,
      },
    },
  );
  return { videoId: data['registerVideo'].video.id, personaId: data['createPersona'].persona.id };
}

/** Starts a job, and returns it as the mutation did. */
export async function startJob(
  graphql: GraphQLClient,
  mutation: string,
  input: object,
  options: object = {},
): Promise<Record<string, any>> {
  const verb = mutation[0]!.toUpperCase() + mutation.slice(1);
  const data = await graphql.request(
    `mutation ($input: ${verb}Input!, $options: JobOptions) {
      ${mutation}(input: $input, options: $options) {
        __typename
        ... on ${verb}Payload { created job { ...JobFields } }
        ... on Error { message }
        ... on ValidationError { issues { path message } }
      }
    }
    ${jobFields}`,
    { input, options },
  );
  const payload = data[mutation];
  expect(payload).toMatchObject({ __typename: `${verb}Payload`, created: true });
  return payload.job;
}

export async function readJob(graphql: GraphQLClient, id: string): Promise<Record<string, any>> {
  const data = await graphql.request(
    `query ($id: ID!) { job(id: $id) { ...JobFields } } ${jobFields}`,
    { id },
  );
  return data['job'];
}

/** Follows a job's subscription to its end, and returns every version in the order of arrival. */
export async function followJob(
  graphql: GraphQLClient,
  transport: Transport,
  id: string,
): Promise<Record<string, any>[]> {
  const versions: Record<string, any>[] = [];
  for await (const answer of watchJob(graphql, transport, id)) versions.push(getUpdate(answer));
  return versions;
}

export function watchJob(
  graphql: GraphQLClient,
  transport: Transport,
  id: string,
  after?: number,
): AsyncIterableIterator<GraphQLAnswer> {
  return graphql.subscribe(
    transport,
    `subscription ($id: ID!, $after: Int) { jobUpdated(id: $id, after: $after) { ...JobFields } } ${jobFields}`,
    { id, after },
  );
}

export function getUpdate({ data, errors }: GraphQLAnswer): Record<string, any> {
  if (errors || !data) throw new Error(JSON.stringify(errors));
  return data['jobUpdated'];
}

/** A step that the model service reports while it writes a summary; `progress` is from 0 to 1. */
export interface ModelStep {
  progress: number;
  stage: string;
}

/** Steps that tests hold a summary at. */
export const summarySteps = [
  { progress: 0.3, stage: 'Looking' },
  { progress: 0.6, stage: 'Writing' },
];

/** Makes the model service report a summary's steps; the gate of a step holds back what follows it. */
export function holdSummary(
  model: Pick<FakeModelService, 'answer'>,
  steps: readonly ModelStep[],
): Gate[] {
  const held = steps.map((step) => ({ step, gate: createGate() }));
  model.answer('/api/summarize', (call) => ({
    lines: [
      ...held.flatMap(({ step, gate }) => [step, gate]),
      { result: defaultAnswer('/api/summarize', call).json },
    ],
  }));
  return held.map(({ gate }) => gate);
}

/** Starts a summary that is held at each of `summarySteps` until its gate is opened. */
export async function startHeldSummary(
  graphql: GraphQLClient,
  model: Pick<FakeModelService, 'answer'>,
): Promise<{ id: string; looking: Gate; writing: Gate }> {
  const [looking, writing] = holdSummary(model, summarySteps);
  const { id } = await startJob(graphql, 'summarizeVideo', await createSubjects(graphql));
  return { id, looking: looking!, writing: writing! };
}

/** A job as the tests with client libraries ask for it. */
export interface JobView {
  id: string;
  state: string;
  progress: number;
  stage: string | null;
  version: number;
  result: { id: string; text: string } | null;
}

/** Takes views until one matches. */
export async function takeUntil(
  views: Collector<JobView>,
  expected: Partial<JobView>,
): Promise<JobView> {
  for (;;) {
    const view = await views.next(15_000);
    if (isDeepStrictEqual({ ...view, ...expected }, view)) return view;
  }
}

export function expectGrowingVersions(views: readonly JobView[]): void {
  const versions = views.map(({ version }) => version);
  expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
}

/** The possible types of every interface and union, which the caches of clients need. */
export async function readPossibleTypes(graphql: GraphQLClient): Promise<Record<string, string[]>> {
  const data = await graphql.request(`{ __schema { types { name possibleTypes { name } } } }`);
  const types = data['__schema'].types as {
    name: string;
    possibleTypes: { name: string }[] | null;
  }[];
  return Object.fromEntries(
    types.flatMap(({ name, possibleTypes }) =>
      possibleTypes ? [[name, possibleTypes.map((type) => type.name)]] : [],
    ),
  );
}
