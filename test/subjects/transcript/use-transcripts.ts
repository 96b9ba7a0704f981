import { afterAll, beforeAll } from 'vitest';
import { accounts, operatorClaims, signIn } from '../../environment/access/credentials.ts';
import { createTestStack } from '../../environment/app/app.ts';
import { startAppWithDatabase } from '../../environment/app/app-with-database.ts';
import type { AppWithDatabase } from '../../environment/app/app-with-database.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import type { GraphQLClient } from '../../environment/clients/graphql-client.ts';
import { createSubjects } from '../../environment/jobs/jobs.ts';
import type { Subjects } from '../../environment/jobs/jobs.ts';
import { runJob } from '../../environment/jobs/results.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';

export const fields = 'id text language modelsUsed segmentCount speakers segments { index text }';
export const welcome = 'Welcome to the harbour.';
export const vessels = 'Two vessels enter.';

/** What the fake model service hears with a summary. */
export const ofSummary = (summaryId: string) => ({
  id: `summary-${summaryId}`,
  text: welcome,
  language: 'en',
  modelsUsed: ['whisper-v3-turbo'],
  segmentCount: 1,
  speakers: [],
  segments: [{ index: 0, text: welcome }],
});

/** An app whose model service hears something, and three who ask: Ann, Ben, and Olga, an operator. */
export function useTranscripts() {
  let opened: AsyncDisposableStack;
  let app: AppWithDatabase;
  let ann: GraphQLClient;
  let ben: GraphQLClient;
  let olga: GraphQLClient;

  beforeAll(async () => {
    await using opening = new AsyncDisposableStack();
    const stack = opening.use(await createTestStack('external'));
    const model = opening.use(await startFakeModelService());
    const env = { ...accounts, MODEL_SERVICE_URL: model.url };
    app = opening.use(await startAppWithDatabase(stack, env));
    ann = createGraphQLClient(app.url, await signIn('ann'));
    ben = createGraphQLClient(app.url, await signIn('ben'));
    olga = createGraphQLClient(app.url, await signIn('olga', operatorClaims));
    opened = opening.move();
  });

  afterAll(() => opened.disposeAsync());

  let videos = 0;

  /** A video of its own for each test. */
  async function register(graphql = ann): Promise<Subjects> {
    videos += 1;
    return createSubjects(graphql, { id: `video-${videos}`, path: `${videos}.mp4` });
  }

  async function summarize(subjects: Subjects, input: object = { enableAudio: true }) {
    const { id, result } = await runJob(ann, 'summarizeVideo', { ...subjects, ...input });
    return { jobId: id as string, id: result.id as string };
  }

  async function readNewest(graphql: GraphQLClient, { videoId }: Subjects) {
    const { video } = await graphql.request(
      `query ($id: ID!) { video(id: $id) { transcript { ${fields} } } }`,
      { id: videoId },
    );
    return video?.transcript;
  }

  async function read(graphql: GraphQLClient, id: string) {
    const query = `query ($id: ID!) { transcript(id: $id) { ${fields} video { id } } }`;
    return (await graphql.request(query, { id })).transcript;
  }

  async function readOfSummary(graphql: GraphQLClient, id: string) {
    const query = `query ($id: ID!) { videoSummary(id: $id) { transcript { ${fields} } } }`;
    return (await graphql.request(query, { id })).videoSummary?.transcript;
  }

  return {
    get app() {
      return app;
    },
    get ann() {
      return ann;
    },
    get ben() {
      return ben;
    },
    get olga() {
      return olga;
    },
    register,
    summarize,
    readNewest,
    read,
    readOfSummary,
  };
}
