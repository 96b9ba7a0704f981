import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createTestStack, startTestApp } from './environment/app.ts';
import type { TestApp, TestStack } from './environment/app.ts';
import { eventually } from './environment/eventually.ts';
import { startFakeModelService } from './environment/fake-model-service.ts';
import type { FakeModelService } from './environment/fake-model-service.ts';
import { createSubjects, holdSummary } from './environment/jobs.ts';
import { expectNoLeaks } from './environment/leaks.ts';

expectNoLeaks();

/** A browser on a busy machine takes its time. */
const patience = { withinMs: 20_000 };

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

test(
  'GraphiQL starts a job and shows its updates, without the internet',
  { timeout: 90_000 },
  async () => {
    const [looking, writing] = holdSummary(model, [
      { progress: 0.3, stage: 'Looking' },
      { progress: 0.6, stage: 'Writing' },
    ]);
    const { videoId, personaId } = await createSubjects(app.graphql);
    await using graphiql = await openGraphiQL(app.url);
    const { page } = graphiql;
    expect(await page.title()).toBe('fovea-jobs');

    await run(
      page,
      `mutation Jobs { summarizeVideo(input: { videoId: "${videoId}", personaId: "${personaId}" }) {
      ... on SummarizeVideoPayload { job { id maxAttempts } }
    } }`,
    );
    const started = await eventually(async () => {
      const answer = await readResponse(page);
      expect(answer).toMatchObject({ data: { summarizeVideo: { job: { maxAttempts: 3 } } } });
      return answer.data!['summarizeVideo'].job;
    }, patience);

    await run(
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
  },
);

/** GraphiQL in a browser of its own that reaches nothing but the app. */
async function openGraphiQL(appUrl: string) {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'fovea-chromium-'));
  opening.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: inject('chromium')!,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  opening.defer(() => context.close());

  const foreignRequests: string[] = [];
  await context.route(
    (url) => url.origin !== appUrl,
    async (route) => {
      foreignRequests.push(route.request().url());
      await route.abort();
    },
  );
  const problems: string[] = [];
  const [page = await context.newPage()] = context.pages();
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(`${appUrl}/graphql`);
  await page.locator('.graphiql-query-editor .view-lines', { hasText: 'jobs' }).waitFor();
  const opened = opening.move();
  return { page, foreignRequests, problems, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/**
 * Replaces what the editor holds, and runs it. Name it as the example is named: GraphiQL takes a moment to notice another
 * name, and sends the one before until then.
 */
async function run(page: Page, operation: string): Promise<void> {
  // In one line: the editor would add brackets at the end of others.
  const text = operation.replace(/\s+/g, ' ');
  const lines = page.locator('.graphiql-query-editor .view-lines');
  await lines.click();
  await page.locator('.graphiql-query-editor .monaco-editor.focused').waitFor();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
  await eventually(async () => {
    expect((await lines.innerText()).replaceAll('\u00a0', ' ')).toBe(text);
  }, patience);
  await page.locator('.graphiql-execute-button').click();
}

/** The answer as the pane shows it; without spaces, as it breaks lines where it likes. */
async function readResponse(page: Page): Promise<{ data?: Record<string, any> }> {
  const text = await page.locator('.graphiql-response .view-lines').innerText();
  return JSON.parse(text.replace(/\s+/g, '')) as { data?: Record<string, any> };
}

async function expectUpdate(page: Page, jobUpdated: object): Promise<void> {
  await eventually(
    async () => expect(await readResponse(page)).toEqual({ data: { jobUpdated } }),
    patience,
  );
}
