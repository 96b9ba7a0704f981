import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { useConsole } from '../environment/console.ts';
import type { ConsoleView } from '../environment/console.ts';

expectNoLeaks();

const path = join(tmpdir(), `fovea-trusted-${process.pid}.json`);
const listed = 'query Listed { __typename }';
const subjects = `mutation {
  registerVideo(input: { title: "Harbour news", path: "harbour-news.mp4" }) {
    ... on RegisterVideoPayload { video { id } }
  }
  createPersona(input: { name: "Analyst", role: "Economist", informationNeed: "Costs." }) {
    ... on CreatePersonaPayload { persona { id } }
  }
}`;
const start = `mutation ($input: StartBatchInput!) {
  startBatch(input: $input) {
    ... on StartBatchPayload { batch { id jobs(first: 2) { edges { node { id } } } } }
  }
}`;

beforeAll(() => writeFileSync(path, JSON.stringify({ listed, subjects, start })));
afterAll(() => rmSync(path));

const { open, app } = useConsole('embedded', { env: { PERSISTED_OPERATIONS: path } });

async function ask(query: string, variables: object = {}): Promise<any> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

test('what is not listed is refused, and what is listed is served', async () => {
  expect(await ask('{ __typename }')).toMatchObject({
    errors: [{ message: 'PersistedQueryOnly' }],
  });
  expect(await ask(listed)).toEqual({ data: { __typename: 'Query' } });
});

/** Starts two jobs as a batch; the paths of all that is about them. */
async function startJobs(): Promise<string[]> {
  const { registerVideo, createPersona } = (await ask(subjects)).data;
  const ids = { videoId: registerVideo.video.id, personaId: createPersona.persona.id };
  const jobs = [{ summarizeVideo: ids }, { summarizeVideo: ids }];
  const { batch } = (await ask(start, { input: { name: '2 jobs', jobs } })).data.startBatch;
  const [first, second] = batch.jobs.edges.map(({ node }: { node: { id: string } }) => node.id);
  const tabs = ['timeline', 'log', 'input', 'raw', 'result'].map((tab) => `/jobs/${first}/${tab}`);
  return [...tabs, `/batches/${batch.id}`, `/compare/${first}/${second}`];
}

let view: ConsoleView & AsyncDisposable;
/** What the server has refused so far. */
const refused: string[] = [];

beforeAll(async () => {
  view = await open('/', {
    prepare: async (page) => {
      page.on('response', (response) => {
        if (response.url().endsWith('/graphql') && response.status() >= 400)
          refused.push(response.request().postData() ?? '');
      });
      page.on('websocket', (socket) =>
        socket.on('framereceived', ({ payload }) => {
          if (String(payload).includes('PersistedQuery')) refused.push(String(payload));
        }),
      );
    },
  });
});
afterAll(() => view[Symbol.asyncDispose]());

test('the console works without being listed, on every screen', async () => {
  for (const screen of ['Jobs', 'New job', 'Queues', 'Errors', 'Settings']) {
    const screens = view.page.getByRole('navigation', { name: 'Screens' });
    await screens.getByRole('link', { name: screen, exact: true }).click();
    await view.page.getByRole('heading', { name: screen, level: 1 }).waitFor();
    await view.page.waitForLoadState('networkidle');
  }
  await view.page.keyboard.press('Control+k');
  await view.page.getByRole('combobox').fill('none');
  await view.page.waitForLoadState('networkidle');
  await view.page.keyboard.press('Escape');
  expect(refused).toEqual([]);
  expect(view.problems).toEqual([]);
});

test('so do the pages of a job, a batch and a comparison', async () => {
  const places = await startJobs();
  const main = view.page.getByRole('main');
  for (const place of places) {
    await view.page.evaluate((to) => history.pushState(null, '', to), place);
    await view.page.getByRole('heading', { name: /Harbour news|2 jobs/, level: 1 }).waitFor();
    await main.getByText('Loading').waitFor({ state: 'detached' });
    expect(await main.getByRole('alert').allTextContents()).toEqual([]);
  }
  expect(refused).toEqual([]);
  expect(view.problems).toEqual([]);
});
