import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, followJob, startJob } from '../../../test/environment/jobs/jobs.ts';
import { listAllViolations } from '../environment/axe.ts';
import { useConsole } from '../environment/console.ts';
import type { ConsoleView } from '../environment/console.ts';

expectNoLeaks();

const { open, app, model } = useConsole();

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
});

/** Screens have no violations while they load either: what is looked at is their content. */
async function expectAccessible(view: ConsoleView): Promise<void> {
  await view.page.getByRole('heading').first().waitFor();
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
    await using view = await open(toPath());
    await expectAccessible(view);
  },
);

test.each([
  ['the palette', 'Control+k'],
  ['the list of keys', '?'],
])('axe finds nothing wrong with %s', async (_what, keys) => {
  await using view = await open();
  await view.page.getByRole('heading', { level: 1 }).waitFor();
  await view.page.keyboard.press(keys);
  await view.page.getByRole('dialog').waitFor();
  await expectAccessible(view);
});

test('axe finds nothing wrong from right to left', async () => {
  await using view = await open();
  await view.page.evaluate(() => localStorage.setItem('fovea-jobs.language', 'ar'));
  await view.page.reload();
  await view.page.getByRole('heading', { name: 'المهام' }).waitFor();
  expect(await view.page.evaluate(() => document.documentElement.dir)).toBe('rtl');
  await expectAccessible(view);
});
