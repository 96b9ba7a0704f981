import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type * as subjectList from '../../src/subjects/index.ts';
import { createTestStack, stackKinds } from '../environment/app/app.ts';
import type { TestStack } from '../environment/app/app.ts';
import type { AppWithDatabase } from '../environment/app/app-with-database.ts';
import { fakeEndpoint } from '../environment/model-service/endpoint.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';
import { createGraphQLClient } from '../environment/clients/graphql-client.ts';
import type { GraphQLClient } from '../environment/clients/graphql-client.ts';
import { up } from '../environment/headline/migration.ts';
import { writeHeadline } from '../environment/headline/wire.ts';
import { createSubjects } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { ageJobs, ageResults } from '../environment/jobs/insert-jobs.ts';
import { accounts, bearer, operatorClaims, signIn } from '../environment/access/credentials.ts';

expectNoLeaks();

/** Every module is loaded anew, which takes its time on a busy machine. */
const withinMs = 60_000;
const list = '../../src/subjects/index.ts';

// What a subject takes: its folder, this line in the list, and its migration.
beforeAll(() => {
  vi.resetModules();
  vi.doMock(list, async (importOriginal) => {
    const original = await importOriginal<typeof subjectList>();
    const { headlineWriting } = await import('../environment/headline/job.ts');
    const subjects = [
      ...original.subjects,
      { jobs: [headlineWriting], graphql: () => import('../environment/headline/graphql.ts') },
    ];
    return { ...original, subjects, jobDefinitions: original.listJobs(subjects) };
  });
});

// Files that come after this one want the list as it is.
afterAll(() => {
  vi.doUnmock(list);
  vi.resetModules();
});

describe.each(stackKinds)('a subject of its own on the %s stack', (kind) => {
  let stack: TestStack;
  let model: FakeModelService;
  let app: AppWithDatabase;
  let ann: GraphQLClient;
  let token: string;
  let videoId: string;
  let final: Record<string, any>;

  beforeAll(async () => {
    stack = await createTestStack(kind);
    model = await startFakeModelService({
      endpoints: [
        fakeEndpoint(writeHeadline, ({ max_words }) => ({
          headline: `Harbour in ${max_words} words`,
        })),
      ],
    });
    const { startAppWithDatabase } = await import('../environment/app/app-with-database.ts');
    const env = { MODEL_SERVICE_URL: model.url, HEADLINE_WRITING_CONCURRENCY: '1' };
    app = await startAppWithDatabase(stack, { ...accounts, ...env });
    await up(app.db as never);
    token = await signIn('ann');
    ann = createGraphQLClient(app.url, token);
    ({ videoId } = await createSubjects(ann));
    const { writeHeadline: started } = await ann.request(
      `mutation ($videoId: ID!) {
        writeHeadline(input: { videoId: $videoId }) {
          ... on WriteHeadlinePayload { job { id type priority input { videoId maxWords } } }
          ... on Error { message }
        }
      }`,
      { videoId },
    );
    const input = { videoId, maxWords: 8 };
    expect(started.job).toMatchObject({ type: 'HEADLINE_WRITING', priority: 'HIGH', input });
    const updates = ann.subscribe(
      'sse',
      `subscription ($id: ID!) {
        jobUpdated(id: $id) { id state ... on HeadlineWritingJob { result { id text } } }
      }`,
      { id: started.job.id },
    );
    final = (await Array.fromAsync(updates)).at(-1)?.data?.['jobUpdated'];
  }, withinMs);

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  const readHeadline = ({ request }: GraphQLClient) =>
    request('query ($id: ID!) { headline(id: $id) { text } }', { id: final['result'].id });

  const readJob = async (bearerToken: string) => {
    const headers = bearer(bearerToken);
    return fetch(`${app.url}/api/jobs/${final['id']}`, { headers });
  };

  test('its job asks its endpoint, and saves what that answers', async () => {
    const text = 'Harbour in 8 words';
    expect(final).toMatchObject({ state: 'COMPLETED', result: { text } });
    expect(model.calls.map(({ path, body }) => [path, body])).toEqual([
      [
        '/api/write-headline',
        { video_id: videoId, video_path: expect.stringMatching(/harbour-news.mp4$/), max_words: 8 },
      ],
    ]);
    expect(await readHeadline(ann)).toEqual({ headline: { text } });
    const shown = await (await readJob(token)).json();
    expect(shown).toMatchObject({ state: 'completed', result: { id: final['result'].id, text } });
  });

  test('its queue is counted by its name', async () => {
    const headers = bearer(await signIn('olga', operatorClaims));
    const metrics = await (await fetch(`${app.url}/metrics`, { headers })).text();
    expect(metrics).toMatch(
      /^fovea_queue_job_total\{queue="headline_writing",state="completed"\} 1$/m,
    );
    expect(metrics).toContain('endpoint="write_headline"');
  });

  test('is there for its owner alone', async () => {
    const other = await signIn('ben');
    const ben = createGraphQLClient(app.url, other);
    expect(await readHeadline(ben)).toEqual({ headline: null });
    expect((await readJob(other)).status).toBe(404);
    const { writeHeadline: started } = await ben.request(
      `mutation ($videoId: ID!) { writeHeadline(input: { videoId: $videoId }) { __typename } }`,
      { videoId },
    );
    expect(started).toEqual({ __typename: 'NotFoundError' });
  });

  test('goes once it is old, and its job is gone', async () => {
    const { deleteOldResults } = await import('../../src/jobs/rows/retention.ts');
    const { jobDefinitions } = (await import(list)) as typeof subjectList;
    const kinds = jobDefinitions.map(({ result }) => result);
    const sweep = () => deleteOldResults(app.db, kinds, 200, 10);
    await ageResults(app.db, 'headline', 200);
    expect(await sweep()).toBe(0);
    await ageJobs(app.db, 200, [{ id: final['id'] }]);
    await app.db.deleteFrom('job').execute();
    expect(await sweep()).toBe(1);
    expect(await readHeadline(ann)).toEqual({ headline: null });
  });
});
