import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import {
  expectUpdate,
  openGraphiQL,
  readResponse,
  runOperation,
  typeInto,
} from '../../environment/programs/graphiql.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, holdSummary, startJob } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { sendRequest } from '../../environment/clients/http-request.ts';

expectNoLeaks();

let stack: TestStack;
let model: FakeModelService;
let app: TestApp;

beforeAll(async () => {
  stack = await createTestStack('embedded');
  model = await startFakeModelService();
  app = await startTestApp({ stack, env: { MODEL_SERVICE_URL: model.url } });
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

test('GraphiQL starts a job and shows its updates, without the internet', async () => {
  const [looking, writing] = holdSummary(model, [
    { progress: 0.3, stage: 'Looking' },
    { progress: 0.6, stage: 'Writing' },
  ]);
  const { videoId, personaId } = await createSubjects(app.graphql);
  await using graphiql = await openGraphiQL(app.url);
  const { page } = graphiql;
  expect(await page.title()).toBe('fovea-jobs');

  await runOperation(
    page,
    `mutation Jobs { summarizeVideo(input: { videoId: "${videoId}", personaId: "${personaId}" }) {
      ... on SummarizeVideoPayload { job { id maxAttempts } }
    } }`,
  );
  const started = await eventually(async () => {
    const answer = await readResponse(page);
    expect(answer).toMatchObject({ data: { summarizeVideo: { job: { maxAttempts: 3 } } } });
    return answer.data!['summarizeVideo'].job;
  });

  await runOperation(
    page,
    `subscription Jobs { jobUpdated(id: "${started.id}") { state progress stage } }`,
  );
  await expectUpdate(page, { state: 'ACTIVE', progress: 30, stage: 'Looking' });
  looking!.open();
  await expectUpdate(page, { state: 'ACTIVE', progress: 56, stage: 'Writing' });
  writing!.open();
  await expectUpdate(page, { state: 'COMPLETED', progress: 100, stage: null });

  expect(graphiql.foreignRequests).toEqual([]);
  expect(graphiql.problems).toEqual([]);
  // The editor's own threads run too, from files of ours.
  expect(graphiql.workers().length).toBeGreaterThan(0);
  for (const worker of graphiql.workers()) expect(worker).toContain(`${app.url}/graphql/assets/`);
});

test('a subscription carries what stands in the headers editor', async () => {
  const { videoId, personaId } = await createSubjects(app.graphql);
  const gate = model.hold('/api/summarize');
  const { id } = await startJob(app.graphql, 'summarizeVideo', { videoId, personaId });
  await gate.reached();
  await using graphiql = await openGraphiQL(app.url);
  const { page } = graphiql;
  await page.getByRole('button', { name: 'Headers' }).click();
  await typeInto(
    page,
    '.graphiql-editor-tool .graphiql-editor:not(.hidden)',
    '{"authorization":"Bearer abc","x-mine":"1"}',
  );
  const sent = page.waitForRequest((request) => request.url().includes('jobUpdated'));
  await runOperation(page, `subscription Jobs { jobUpdated(id: "${id}") { state } }`);
  expect((await sent).headers()).toMatchObject({ authorization: 'Bearer abc', 'x-mine': '1' });
  await expectUpdate(page, { state: 'ACTIVE' });
  gate.open();
  await expectUpdate(page, { state: 'COMPLETED' });
  expect(graphiql.problems).toEqual([]);
});

test('a script that gets into the page does not run', async () => {
  await using graphiql = await openGraphiQL(app.url);
  const { page } = graphiql;
  expect(await page.evaluate(injectScripts)).toEqual({
    ran: [],
    blocked: ['script-src-attr', 'script-src-elem', 'script-src-elem', 'script-src-elem'],
  });
  expect(graphiql.foreignRequests).toEqual([]);
});

/** In the page: puts scripts into it in every way that needs no server of ours; what ran, and what was blocked. */
const injectScripts = `new Promise((resolve) => {
  window.ran = [];
  const blocked = [];
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
    blocked.push(effectiveDirective);
    if (blocked.length === 4) resolve({ ran: window.ran, blocked: blocked.toSorted() });
  });
  const add = (script) => document.body.append(Object.assign(document.createElement('script'), script));
  add({ textContent: 'ran.push("inline")' });
  add({ src: URL.createObjectURL(new Blob(['ran.push("blob")'])) });
  add({ src: 'https://evil.example/script.js' });
  const image = document.createElement('div');
  image.innerHTML = '<img src="data:," onerror="ran.push(1)">';
  document.body.append(image);
})`;

test('what the page loads is compressed, and kept', async () => {
  const page = await (
    await fetch(`${app.url}/graphql`, { headers: { accept: 'text/html' } })
  ).text();
  const [, script] = /<script src="(\S+)" defer>/.exec(page)!;
  const lengths = new Map<string, number>();
  for (const encoding of ['identity', 'gzip', 'br', 'br;q=0']) {
    const answer = await sendRequest(app.url, {
      path: `/${script}`,
      headers: { 'accept-encoding': encoding },
    });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    lengths.set(
      answer.headers['content-encoding'] ?? encoding,
      Number(answer.headers['content-length']),
    );
  }
  expect(lengths.get('gzip')!).toBeLessThan(lengths.get('identity')! / 3);
  expect(lengths.get('br')!).toBeLessThan(lengths.get('gzip')!);
  expect(lengths.get('br;q=0')).toBe(lengths.get('identity'));
  expect(await sendRequest(app.url, { path: '/graphql/assets/none.js' })).toMatchObject({
    status: 404,
  });
});
