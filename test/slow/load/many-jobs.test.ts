import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { StackKind, TestApp } from '../../environment/app/app.ts';
import { createBrokerProbe } from '../../environment/app/broker-probe.ts';
import { eventually } from '../../environment/eventually.ts';
import { streamAnswer } from '../../environment/model-service/answers.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, getUpdate, startJob } from '../../environment/jobs/jobs.ts';
import type { Subjects } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { openSharedWebSocket } from '../../environment/clients/shared-websocket.ts';
import type { SharedWebSocket } from '../../environment/clients/shared-websocket.ts';

expectNoLeaks();

/** Half of the subscribers share these; each of the others has an SSE connection. */
const webSockets = 4;
/** The list of a video's summaries is limited. */
const jobsOfAVideo = 50;

const jobFields = 'id state progress version ... on VideoSummarizationJob { result { id } }';
const subscription = `subscription ($id: ID!) { jobUpdated(id: $id) { ${jobFields} } }`;

const setups: { kind: StackKind; count: number; roles: ('all' | 'api' | 'worker')[] }[] = [
  { kind: 'embedded', count: 60, roles: ['all'] },
  { kind: 'external', count: 200, roles: ['api', 'worker'] },
];

describe.each(setups)('on the $kind stack', ({ kind, count, roles }) => {
  const probe = createBrokerProbe();
  const disposables = new AsyncDisposableStack();
  let app: TestApp;
  let sockets: SharedWebSocket[];
  let videos: Subjects[];

  beforeAll(async () => {
    const stack = disposables.use(await createTestStack(kind));
    const model = disposables.use(await startFakeModelService());
    const lines = [0.25, 0.5, 0.75].map((progress) => ({ progress, stage: `${progress}` }));
    model.answer('/api/summarize', streamAnswer('/api/summarize', lines));
    const env = { MODEL_SERVICE_URL: model.url, VIDEO_SUMMARIZATION_CONCURRENCY: '20' };
    const overrides = { wrapBroker: probe.wrap };
    const apps: TestApp[] = [];
    for (const role of roles) {
      apps.push(disposables.use(await startTestApp({ stack, env, role, overrides })));
    }
    app = apps[0]!;
    sockets = Array.from({ length: webSockets }, () =>
      disposables.use(openSharedWebSocket(app.url)),
    );
    const needed = Array.from({ length: Math.ceil(count / jobsOfAVideo) });
    videos = await Promise.all(
      needed.map((_, index) => createSubjects(app.graphql, { path: `news-${index}.mp4` })),
    );
  });

  afterAll(() => disposables.disposeAsync());

  async function runJob(index: number): Promise<Record<string, any>[]> {
    const { id } = await startJob(app.graphql, 'summarizeVideo', videos[index % videos.length]!);
    const answers =
      index % 2 === 0
        ? app.graphql.subscribe('sse', subscription, { id })
        : sockets[Math.floor(index / 2) % webSockets]!.subscribe(subscription, { id });
    return (await Array.fromAsync(answers)).map(getUpdate);
  }

  test(`${count} jobs at once reach each of their subscribers in order and to the end, with one result each`, async () => {
    const jobs = await Promise.all(Array.from({ length: count }, (_, index) => runJob(index)));
    for (const updates of jobs) {
      const versions = updates.map((update) => update['version'] as number);
      expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
      expect(new Set(updates.map((update) => update['id'])).size).toBe(1);
    }
    const finals = jobs.map((updates) => updates.at(-1)!);
    for (const final of finals) {
      expect(final).toMatchObject({ state: 'COMPLETED', progress: 100 });
      expect(await readJob(final['id'])).toEqual(final);
    }
    const resultIds = finals.map((final) => final['result'].id as string);
    expect((await readSummaryIds()).toSorted()).toEqual(resultIds.toSorted());
    await eventually(() => expect(probe.listening).toBe(0));
  }, 60_000);

  async function readJob(id: string): Promise<unknown> {
    const query = `query ($id: ID!) { job(id: $id) { ${jobFields} } }`;
    return (await app.graphql.request(query, { id }))['job'];
  }

  async function readSummaryIds(): Promise<string[]> {
    const query = 'query ($id: ID!) { video(id: $id) { summaries { id } } }';
    const answers = await Promise.all(
      videos.map(({ videoId }) => app.graphql.request(query, { id: videoId })),
    );
    return answers.flatMap(({ video }) => video.summaries.map(({ id }: { id: string }) => id));
  }
});
