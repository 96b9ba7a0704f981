import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { useTestApp } from '../../../test/environment/app/use-test-app.ts';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, holdSummary } from '../../../test/environment/jobs/jobs.ts';
import type { Subjects } from '../../../test/environment/jobs/jobs.ts';
import { openBrowser } from '../../../test/environment/programs/browser.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { buildPage } from '../environment/build-page.ts';
import { startPageServer } from '../environment/page-server.ts';

expectNoLeaks();

const { app, model } = useTestApp('embedded');
let browser: Awaited<ReturnType<typeof openBrowser>>;
let server: Awaited<ReturnType<typeof startPageServer>>;
let subjects: Subjects;

beforeAll(async () => {
  const [opened, scripts] = await Promise.all([openBrowser(), buildPage('react.tsx')]);
  browser = opened;
  server = await startPageServer(app.url, scripts);
  subjects = await createSubjects(app.graphql);
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function open(query = ''): Promise<Page & AsyncDisposable> {
  const page = await browser.newPage();
  await page.addInitScript((input) => Object.assign(window, { input }), subjects);
  await page.goto(`${server.url}/page${query}`);
  return Object.assign(page, { [Symbol.asyncDispose]: () => page.close() });
}

const shown = (page: Page, name: string) => page.getByLabel(name, { exact: true });
const shows = (page: Page, name: string, text: string | RegExp) =>
  eventually(async () => expect(await shown(page, name).textContent()).toMatch(text));
const showsProgress = (page: Page, percent: number) =>
  eventually(async () =>
    expect(await shown(page, 'progress').getAttribute('value')).toBe(String(percent)),
  );
const click = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

describe.each(['websocket', 'sse', 'poll'])('over %s', (transport) => {
  test('a page starts a job and follows it to its end', async () => {
    await using page = await open(`?transport=${transport}`);
    const gate = model.hold('/api/summarize');
    await click(page, 'Summarize');
    await gate.reached();
    await shows(page, 'state', 'ACTIVE');
    await shows(page, 'wire', `live ${transport}`);
    gate.open();
    await shows(page, 'state', 'COMPLETED');
    expect(await shown(page, 'progress').getAttribute('value')).toBe('100');
    await eventually(async () =>
      expect(await page.getByRole('listitem').allTextContents()).toContain('COMPLETED ended'),
    );
  });
});

// triggerdotdev/trigger.dev#1486
test('hooks need no provider: the server of the page is the usual one', async () => {
  await using page = await open('?withoutProvider');
  const gate = model.hold('/api/summarize');
  await click(page, 'Summarize');
  await gate.reached();
  await shows(page, 'state', 'ACTIVE');
  gate.open();
  await shows(page, 'state', 'COMPLETED');
});

test('what shows the state alone is not rendered for progress', async () => {
  await using page = await open();
  const [looking, writing] = holdSummary(model, [
    { progress: 0.3, stage: 'Looking' },
    { progress: 0.6, stage: 'Writing' },
  ]);
  const countRenders = () =>
    page.evaluate(() => (window as unknown as { stateRenders: number }).stateRenders);
  await click(page, 'Summarize');
  await showsProgress(page, 30);
  const renders = await countRenders();
  looking!.open();
  await showsProgress(page, 56);
  expect(await countRenders()).toBe(renders);
  writing!.open();
  await shows(page, 'state', 'COMPLETED');
  expect(await countRenders()).toBe(renders + 1);
});

// vercel/ai#21201, triggerdotdev/trigger.dev#1559: this is React 19.
test('a page in strict mode opens one connection, with one subscription each', async () => {
  await using page = await open('?transport=websocket');
  const sockets: string[] = [];
  const subscriptions: string[] = [];
  page.on('websocket', (socket) => {
    sockets.push(socket.url());
    socket.on('framesent', ({ payload }) => {
      subscriptions.push(...(/subscription (\w+)/.exec(String(payload))?.slice(1) ?? []));
    });
  });
  const gate = model.hold('/api/summarize');
  await page.reload();
  await click(page, 'Summarize');
  await gate.reached();
  await shows(page, 'state', 'ACTIVE');
  for (let times = 0; times < 4; times += 1) await click(page, 'Toggle the list');
  gate.open();
  await shows(page, 'state', 'COMPLETED');
  expect(sockets).toHaveLength(1);
  expect(subscriptions.toSorted()).toEqual(['JobLogAdded', 'JobUpdated', 'JobsUpdated']);
});

test('a reload in mid-job comes back to the same job', async () => {
  await using page = await open();
  const gate = model.hold('/api/summarize');
  const before = model.calls.length;
  await click(page, 'Summarize');
  await gate.reached();
  await page.reload();
  await click(page, 'Summarize');
  await shows(page, 'state', 'ACTIVE');
  gate.open();
  await shows(page, 'state', 'COMPLETED');
  expect(model.calls.slice(before)).toHaveLength(1);
});

test('a refusal and a job that is not there are shown', async () => {
  await using page = await open();
  await click(page, 'Show a job that is not there');
  await shows(page, 'error', 'NOT_FOUND');
  await click(page, 'Summarize wrongly');
  await shows(page, 'refusal', /problem/);
});

test('what happens while the browser is offline is there when it is back', async () => {
  await using page = await open('?transport=websocket');
  const gate = model.hold('/api/summarize');
  await click(page, 'Summarize');
  await gate.reached();
  await shows(page, 'state', 'ACTIVE');
  await browser.setOffline(true);
  await shows(page, 'wire', 'offline');
  gate.open();
  await eventually(async () => {
    const { jobs } = await app.graphql.request('{ jobs(first: 1) { edges { node { state } } } }');
    expect(jobs).toEqual({ edges: [{ node: { state: 'COMPLETED' } }] });
  });
  expect(await shown(page, 'state').textContent()).toBe('ACTIVE');
  await browser.setOffline(false);
  await shows(page, 'state', 'COMPLETED');
  await shows(page, 'wire', 'live websocket');
  expect(Number(await shown(page, 'missed').textContent())).toBeGreaterThan(0);
});
