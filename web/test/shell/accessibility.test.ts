import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, followJob, startJob } from '../../../test/environment/jobs/jobs.ts';
import { listAllViolations } from '../environment/axe.ts';
import { useConsole } from '../environment/console.ts';
import { goTo } from '../environment/go-to.ts';

expectNoLeaks();

const { open, app, model } = useConsole();

// All in one page: what takes time is to load it.
let view: Awaited<ReturnType<typeof open>>;
let completed: string;
let waiting: string;

beforeAll(async () => {
  const { videoId, personaId } = await createSubjects(app.graphql);
  const done = await startJob(app.graphql, 'summarizeVideo', { videoId, personaId });
  await followJob(app.graphql, 'sse', done['id']);
  completed = done['id'];
  model.answer('/api/summarize', { status: 422, json: { detail: 'No.' } });
  const failed = await startJob(app.graphql, 'summarizeVideo', { videoId, personaId });
  await followJob(app.graphql, 'sse', failed['id']);
  model.hold('/api/summarize');
  waiting = (await startJob(app.graphql, 'summarizeVideo', { videoId, personaId }))['id'];
  view = await open();
});
afterAll(() => view[Symbol.asyncDispose]());

/** Screens have no violations while they load either: what is looked at is their content. */
async function expectAccessible(): Promise<void> {
  await view.page.waitForLoadState('networkidle');
  expect(await listAllViolations(view.page)).toEqual([]);
}

test.each([
  ['the jobs', () => '/'],
  ['a job that has ended', () => `/jobs/${completed}`],
  ['a job that runs', () => `/jobs/${waiting}`],
  ['a timeline', () => `/jobs/${completed}/timeline`],
  ['a log', () => `/jobs/${completed}/log`],
  ['an input', () => `/jobs/${completed}/input`],
  ['what the API says of a job', () => `/jobs/${completed}/raw`],
  ['a comparison', () => `/compare/${completed}/${completed}`],
  ['a new job', () => '/new'],
  ['the queues', () => '/queues'],
  ['the errors', () => '/errors'],
  ['the settings', () => '/settings'],
  ['a place that is not there', () => '/batches/none'],
])(
  'axe finds nothing wrong with %s, in both themes, on a desktop and a phone',
  async (_what, toPath) => {
    await goTo(view.page, toPath());
    await expectAccessible();
  },
);

test.each([
  ['the palette', 'Control+k'],
  ['the list of keys', '?'],
])('axe finds nothing wrong with %s', async (_what, keys) => {
  const dialog = view.page.getByRole('dialog');
  await goTo(view.page, '/');
  await view.page.keyboard.press(keys);
  await dialog.waitFor();
  await expectAccessible();
  await view.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});

test('axe finds nothing wrong from right to left', async () => {
  await view.page.evaluate(() => localStorage.setItem('fovea-jobs.language', 'ar'));
  await view.page.goto(app.url);
  await view.page.getByRole('heading', { name: 'المهام' }).waitFor();
  expect(await view.page.evaluate(() => document.documentElement.dir)).toBe('rtl');
  await expectAccessible();
});
