import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, followJob, startJob } from '../../../test/environment/jobs/jobs.ts';
import { startNginx } from '../../../test/environment/programs/nginx.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app } = useConsole();
const ids: string[] = [];

beforeAll(async () => {
  const subjects = await createSubjects(app.graphql);
  for (let started = 0; started < 2; started += 1) {
    const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
    ids.push(String(id));
  }
  for (const id of ids) await followJob(app.graphql, 'sse', id);
});

const link = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name, exact: true });
const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 });
const errorsPart = /\/console\/errors-screen-[^/]+\.js$/;

test('a screen that cannot be loaded fails alone, and is shown once it can be', async () => {
  await using view = await open();
  const { page } = view;
  await heading(page, 'Jobs').waitFor();
  await page.route(errorsPart, (route) => route.abort());
  await link(page, 'Errors').click();
  const failure = page.getByRole('alert').filter({ hasText: 'This screen has failed' });
  await failure.waitFor();
  await link(page, 'Queues').click();
  await heading(page, 'Queues').waitFor();
  await link(page, 'Errors').click();
  await failure.waitFor();
  await page.unroute(errorsPart);
  await failure.getByRole('button', { name: 'Show it again' }).click();
  await heading(page, 'Errors').waitFor();
  expect(await failure.count()).toBe(0);
});

test('a page from before a deployment loads itself anew for a part that is gone, once', async () => {
  await using view = await open('/settings');
  const { page } = view;
  const entry = await page.locator('script[type=module]').getAttribute('src');
  const script = entry!.split('/').at(-1)!;
  let pages = 0;
  let hasNewParts = true;
  // Only the first page is of the version before: its script has another name.
  await page.route(`${view.url}/`, async (route) => {
    if (!route.request().isNavigationRequest()) return route.continue();
    pages += 1;
    const response = await route.fetch();
    const html = await response.text();
    await route.fulfill({
      response,
      body: pages === 1 ? html.replace(script, 'index-before.js') : html,
    });
  });
  await page.route('**/console/index-before.js', async (route) =>
    route.fulfill({ response: await route.fetch({ url: `${view.url}/console/${script}` }) }),
  );
  await page.route(errorsPart, (route) =>
    pages > 1 && hasNewParts ? route.continue() : route.fulfill({ status: 404 }),
  );
  await page.goto(`${view.url}/`);
  await heading(page, 'Jobs').waitFor();
  await page.route(`${view.url}/errors`, async (route) => {
    if (route.request().isNavigationRequest()) pages += 1;
    await route.continue();
  });
  await link(page, 'Errors').click();
  await heading(page, 'Errors').waitFor();
  expect(pages).toBe(2);
  // Of this version as well there is none: loading the page anew again would not help.
  hasNewParts = false;
  await page.reload();
  await page.getByText('This screen has failed').waitFor();
  expect(pages).toBe(3);
});

test('over plain http, where pages have no clipboard of their own, texts are copied all the same', async () => {
  await using view = await open('/settings');
  const { page } = view;
  await page.addInitScript(() =>
    Object.defineProperty(navigator, 'clipboard', { value: undefined }),
  );
  await page.goto(`${view.url}/jobs/${ids[0]}/raw`);
  await page.getByRole('button', { name: 'Copy' }).first().click();
  await page.getByText('Copied').first().waitFor();
  await link(page, 'Jobs').click();
  const field = page.getByRole('combobox').first();
  await field.focus();
  await page.keyboard.press('Control+v');
  await expect.poll(() => field.inputValue()).toContain(ids[0]);
});

/** The sample of nginx, with everything below a path that it takes away. */
async function startProxy() {
  const sample = await readFile(join(import.meta.dirname, '../../../deploy/nginx.conf'), 'utf8');
  return startNginx((port) =>
    sample
      .replace('api:4000', new URL(app.url).host)
      .replace('listen 8080', `listen 127.0.0.1:${port}`)
      .replace('location / {', 'location /tools/fovea/ {')
      .replace('proxy_pass http://fovea_api;', 'proxy_pass http://fovea_api/;'),
  );
}

describe('below a path of a proxy', () => {
  let nginx: Awaited<ReturnType<typeof startProxy>>;
  let view: Awaited<ReturnType<typeof open>>;
  let root: string;
  let places: (readonly [path: string, name: string])[];

  beforeAll(async () => {
    nginx = await startProxy();
    root = `${nginx.url}/tools/fovea`;
    view = await open(`${root}/`);
    const [first, second] = ids;
    places = [
      ['/queues', 'Queues'],
      ['/errors', 'Errors'],
      ['/settings', 'Settings'],
      ['/new', 'New job'],
      [`/jobs/${first}/timeline`, 'Harbour news'],
      [`/jobs/${first}/log`, 'Harbour news'],
      [`/compare/${first}/${second}`, 'Two runs: Harbour news'],
      ['/?state=completed', 'Jobs'],
    ];
  });
  afterAll(async () => {
    await view[Symbol.asyncDispose]();
    await nginx[Symbol.asyncDispose]();
  });

  test('every screen opens, and back leads to it', async () => {
    const { page, problems } = view;
    await page.getByText(/^live/).first().waitFor();
    for (const [path, name] of places) {
      await page.evaluate((url) => history.pushState(null, '', url), `${root}${path}`);
      await heading(page, name).waitFor();
    }
    for (const [path, name] of places.toReversed()) {
      expect(page.url()).toBe(`${root}${path}`);
      await heading(page, name).waitFor();
      await page.goBack();
    }
    expect(problems).toEqual([]);
  });

  test('every screen stays after a reload', async () => {
    const { page, problems } = view;
    for (const [path, name] of places) {
      await page.goto(`${root}${path}`);
      await heading(page, name).waitFor();
    }
    await page.getByRole('link', { name: 'Harbour news' }).first().waitFor();
    expect(problems).toEqual([]);
  });
});
