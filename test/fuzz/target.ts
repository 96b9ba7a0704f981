import { expect } from 'vitest';
import { pino } from 'pino';
import { Agent } from 'undici';
import { createTestStack, startTestApp } from '../environment/app/app.ts';
import type { StackKind, TestApp } from '../environment/app/app.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import { createSubjects, followJob, startJob } from '../environment/jobs/jobs.ts';
import { describeRequest } from '../../src/platform/request-id.ts';
import { marker } from './values/hostile.ts';

/** Ids of existing rows, by the names that arguments have for them. */
export type Ids = Readonly<Record<string, string>>;

/** The app under attack. */
export interface Target extends AsyncDisposable {
  app: TestApp;
  url: string;
  /** Sent with every POST. */
  headers: Record<string, string>;
  /** Keeps its connections open. */
  agent: Agent;
  /** Log lines that contain a payload, or are errors. */
  badLines: string[];
  ids: Ids;
  /** Rows that were created, according to the answers. */
  created: Record<'job' | 'video' | 'persona', number>;
}

/** A client may choose the request id in the log, of plain characters. */
const givenId = /"requestId":"[\w.:-]{1,64}"/;
/** pino's levels error and fatal: whatever a client sends, nothing fails. */
const errorLine = /^\{"level":[56]0/;
const sockets = 32;

/** Starts an app without limits, which would accept no more than the first cases. */
export async function startTarget(
  kind: StackKind,
  env: Record<string, string> = {},
): Promise<Target> {
  await using disposables = new AsyncDisposableStack();
  const model = disposables.use(await startFakeModelService());
  const stack = disposables.use(await createTestStack(kind));
  const badLines: string[] = [];
  const write = (line: string) => {
    const text = line.replace(givenId, '').toLowerCase();
    if (errorLine.test(line) || text.includes(marker)) badLines.push(line);
  };
  const logger = pino({ level: 'trace', mixin: describeRequest }, { write });
  const limits = { MAX_QUERY_COST: '1000000000', SUBSCRIPTIONS_PER_CONNECTION: '0' };
  const app = disposables.use(
    await startTestApp({
      stack,
      logger,
      env: { MODEL_SERVICE_URL: model.url, ...limits, ...env },
    }),
  );
  const agent = new Agent({ connections: sockets, pipelining: 1 });
  disposables.defer(() => agent.destroy());
  const opened = disposables.move();
  return {
    app,
    url: app.url,
    headers: {},
    agent,
    badLines,
    ids: { unknownId: '01890a5d-ac96-774b-bcce-b302099a8057' },
    created: { job: 0, video: 0, persona: 0 },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Runs a job of each type to its end, and returns the ids of everything that now exists. */
export async function fill({ app: { graphql }, created }: Target): Promise<Ids> {
  const { videoId, personaId } = await createSubjects(graphql);
  const run = async (mutation: Parameters<typeof startJob>[1], input: object) => {
    const { id } = await startJob(graphql, mutation, input, { priority: 'HIGH' });
    const versions = await followJob(graphql, 'sse', id);
    expect(versions.at(-1)).toMatchObject({ state: 'COMPLETED' });
    const data = await graphql.request(
      `query ($id: ID!) { job(id: $id) {
        ... on VideoSummarizationJob { result { id } }
        ... on ClaimExtractionJob { result { id } }
        ... on ClaimSynthesisJob { result { id } }
      } }`,
      { id },
    );
    created.job += 1;
    return [id as string, data['job'].result.id as string] as const;
  };
  const [jobId, summaryId] = await run('summarizeVideo', { videoId, personaId });
  const [extractionId] = await run('extractClaims', { summaryId });
  const [otherId, synthesisId] = await run('synthesizeClaims', { summaryIds: [summaryId] });
  // For cases that change and delete them.
  const spare = await createSubjects(graphql, { path: 'spare.mp4' }, { name: 'Spare' });
  created.video += 2;
  created.persona += 2;
  const spareIds = { spareVideoId: spare.videoId, sparePersonaId: spare.personaId };
  return { ...spareIds, videoId, personaId, jobId, summaryId, extractionId, otherId, synthesisId };
}
