import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { createTestStack, startTestApp } from '../../../test/environment/app/app.ts';
import type { TestApp, TestStack } from '../../../test/environment/app/app.ts';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { startHeldSummary } from '../../../test/environment/jobs/jobs.ts';
import { startFakeModelService } from '../../../test/environment/model-service/fake-model-service.ts';
import { openBrowser } from '../../../test/environment/programs/browser.ts';

expectNoLeaks();

let stack: AsyncDisposableStack;
let data: TestStack;
let env: Record<string, string>;
let before: TestApp;
let job: Awaited<ReturnType<typeof startHeldSummary>>;
let page: Page;

beforeAll(async () => {
  await using opening = new AsyncDisposableStack();
  data = opening.use(await createTestStack('embedded'));
  const model = opening.use(await startFakeModelService());
  env = { MODEL_SERVICE_URL: model.url };
  before = opening.use(await startTestApp({ stack: data, env }));
  job = await startHeldSummary(before.graphql, model);
  page = await opening.use(await openBrowser()).newPage();
  await page.goto(`${before.url}/jobs/${job.id}/timeline`);
  stack = opening.move();
});

afterAll(() => stack.disposeAsync());

test('a page that was open while the server was restarted shows how the job went on, and ended', async () => {
  const stages = page.getByRole('list', { name: /Stages of attempt/ }).last();
  await stages.getByText('Looking', { exact: true }).waitFor();
  await before[Symbol.asyncDispose]();
  await page.getByText('offline since').first().waitFor();
  // What is known is kept.
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Harbour news');
  const { port } = new URL(before.url);
  stack.use(await startTestApp({ stack: data, env: { ...env, PORT: port } }));
  job.looking.open();
  await stages.getByText('Writing', { exact: true }).waitFor();
  job.writing.open();
  await page.getByText('Completed', { exact: true }).first().waitFor();
  expect(await page.getByRole('tab', { selected: true }).textContent()).toBe('Timeline');
});
