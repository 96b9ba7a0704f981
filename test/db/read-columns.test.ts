import { afterAll, beforeAll, expect, test } from 'vitest';
import { localSession } from '../../src/access/identity/session.ts';
import { createTestStack, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { openTestStack } from '../environment/app/open-stack.ts';
import { insertLargeResults, textLength, textOf } from '../environment/jobs/large-results.ts';
import type { LargeResults } from '../environment/jobs/large-results.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { startTcpProxy } from '../environment/programs/tcp-proxy.ts';
import type { TcpProxy } from '../environment/programs/tcp-proxy.ts';

expectNoLeaks();

const { owner } = localSession.viewer;
const pageSize = 100;
/** Far more than small columns have, with all that the app asks for meanwhile; far less than one of the large. */
const smallBytes = (pageSize * textLength) / 4;

let stack: TestStack;
let proxy: TcpProxy;
let app: TestApp;
let results: LargeResults;

beforeAll(async () => {
  stack = await createTestStack('external');
  await using opened = await openTestStack(stack);
  results = await insertLargeResults(opened.db, owner, pageSize);
  proxy = await startTcpProxy(stack.env['DATABASE_URL']!);
  app = await startTestApp({
    stack,
    role: 'api',
    env: { DATABASE_URL: proxy.url, MODEL_SERVICE_URL: 'http://127.0.0.1:9' },
  });
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

/** What an operation answers, and the bytes that PostgreSQL sends for it. */
async function ask(query: string, variables: Record<string, unknown> = {}) {
  const before = proxy.bytesSent;
  const data = await app.graphql.request(query, variables);
  return { data, bytes: proxy.bytesSent - before };
}

function toPage(fields: string, first = pageSize): string {
  return `{ jobs(first: ${first}, filter: { types: [VIDEO_SUMMARIZATION] }) { edges { node {
    id ... on VideoSummarizationJob { result { ${fields} } } } } } }`;
}

const small = 'id confidence createdAt persona { name } claims { text }';

test('a page of results reads nothing large that it does not show', async () => {
  const { data, bytes } = await ask(toPage(`${small} video { title }`));
  expect(data['jobs'].edges).toHaveLength(pageSize);
  for (const { node } of data['jobs'].edges) expect(node.result).toMatchObject({ claims: [] });
  expect(bytes).toBeLessThan(smallBytes);
});

test.each([
  ['one summary', `query ($summary: ID!) { videoSummary(id: $summary) { ${small} } }`],
  ['the summaries of a video', `query ($video: ID!) { video(id: $video) { summaries { id } } }`],
  [
    'the sources of a synthesis',
    `query ($synthesis: ID!) { claimSynthesis(id: $synthesis) { id summaries { id } } }`,
  ],
  [
    'a job that is started',
    `mutation ($summary: ID!) { extractClaims(input: { summaryId: $summary }) { __typename } }`,
  ],
])('so does what is read of %s', async (_what, query) => {
  const used = /\$(\w+)/.exec(query)![1]!;
  const ids = {
    summary: results.summaryIds[0],
    video: results.videoId,
    synthesis: results.synthesisId,
  };
  const { data, bytes } = await ask(query, { [used]: ids[used as keyof typeof ids] });
  expect(Object.values(data)).not.toContain(null);
  expect(bytes).toBeLessThan(textLength);
});

test.each([
  ['text', textOf('g')],
  ['visualAnalysis', textOf('v')],
  ['keyFrames { description }', [{ description: textOf('k') }]],
])('a page with %s reads that, and no more', async (field, value) => {
  const { data, bytes } = await ask(toPage(field));
  const values = data['jobs'].edges.map(({ node }: any) => Object.values(node.result)[0]);
  expect(values).toEqual(Array.from({ length: pageSize }, () => value));
  expect(bytes).toBeLessThan(pageSize * textLength + smallBytes);
});

test('transcripts come with a page of ten, and are refused with one of a hundred', async () => {
  const { data } = await ask(toPage('id text audioTranscript visualAnalysis', 10));
  for (const { node } of data['jobs'].edges) {
    expect(node.result).toMatchObject({
      text: textOf('g'),
      audioTranscript: textOf('a'),
      visualAnalysis: textOf('v'),
    });
  }
  const before = proxy.bytesSent;
  const { errors } = await app.graphql.send(toPage('audioTranscript'));
  expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COSTLY' } }]);
  expect(proxy.bytesSent - before).toBeLessThan(smallBytes);
});

test('rows of one query that are asked for different columns read their own', async () => {
  const [first, second] = results.summaryIds;
  const { data, bytes } = await ask(
    `query ($first: ID!, $second: ID!) {
      first: videoSummary(id: $first) { text } second: videoSummary(id: $second) { audioTranscript }
    }`,
    { first, second },
  );
  expect(data).toEqual({
    first: { text: textOf('g') },
    second: { audioTranscript: textOf('a') },
  });
  expect(bytes).toBeLessThan(3 * textLength);
});

test('whoever polls a job reads all of its result', async () => {
  const { data } = await ask(toPage('id', 1));
  const poll = async (id: string) =>
    (await (await fetch(`${app.url}/api/jobs/${id}`)).json()) as { result: unknown };
  const { result } = await poll(data['jobs'].edges[0].node.id);
  expect(result).toMatchObject({
    text: textOf('g'),
    audioTranscript: textOf('a'),
    visualAnalysis: textOf('v'),
  });
  expect((await poll(results.synthesisJobId)).result).toMatchObject({ text: textOf('s') });
});
