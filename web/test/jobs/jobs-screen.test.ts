import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, startHeldSummary, startJob } from '../../../test/environment/jobs/jobs.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app, model } = useConsole();

/** The rows of the list whose text has these words; the first of all is its head. */
function rowsOf(page: Page, words: string | RegExp = /./) {
  return page.getByRole('grid', { name: 'Jobs' }).getByRole('row').filter({ hasText: words });
}

/** A summary that fails, as the model service cannot read the video. */
async function startFailing(title: string, tags: readonly string[]) {
  model.answer('/api/summarize', { status: 422, json: { detail: 'The frames are torn' } });
  const subjects = await createSubjects(app.graphql, { title, path: `${title}.mp4` });
  return startJob(app.graphql, 'summarizeVideo', subjects, { tags });
}

test('an empty list leads to a new job', async () => {
  await using view = await open();
  await view.page.getByRole('heading', { name: 'No jobs yet' }).waitFor();
  await view.page.getByRole('main').getByRole('link', { name: 'New job' }).last().click();
  await view.page.waitForURL(/\/new$/);
  expect(view.problems).toEqual([]);
});

test('a job appears, moves and ends in its row without anybody asking', async () => {
  await using view = await open();
  const { page } = view;
  await page.getByText('live').waitFor();
  const asked: string[] = [];
  const { looking, writing } = await startHeldSummary(app.graphql, model);
  const row = rowsOf(page, 'Harbour news');
  await row.getByText('Running').waitFor();
  await row.getByText(/Looking/).waitFor();
  await row.getByRole('progressbar', { name: 'Progress' }).waitFor();
  page.on('request', (request) => asked.push(request.postData() ?? ''));
  looking.open();
  await row.getByText(/Writing/).waitFor();
  writing.open();
  await row.getByText('Completed').waitFor();
  // What the tabs count is asked for after changes; the rows are pushed.
  expect(asked.filter((text) => text.includes('JobRows'))).toEqual([]);
  await page.getByRole('link', { name: /^Completed 1/ }).waitFor();
  expect(view.problems).toEqual([]);
});

test('a row of a failed job says why, and its tab counts it', async () => {
  await using view = await open();
  const { page } = view;
  await startFailing('Torn tape', ['archive']);
  const row = rowsOf(page, 'Torn tape');
  await row.getByText('Failed', { exact: true }).waitFor();
  await row.getByText('INVALID_INPUT').waitFor();
  await row.getByText('1 of 3').waitFor();
  await row.getByText('archive').waitFor();
  await page
    .getByRole('navigation', { name: 'States' })
    .getByRole('link', { name: 'Failed 1' })
    .click();
  await page.waitForURL(/\?state=failed$/);
  await rowsOf(page, 'Harbour news').waitFor({ state: 'detached' });
  await rowsOf(page, 'Torn tape').first().waitFor();
  expect(await rowsOf(page, 'Torn tape').count()).toBe(1);
  await page.goBack();
  await rowsOf(page, 'Harbour news').first().waitFor();
  expect(view.problems).toEqual([]);
});

test('what is written in the filter becomes conditions in the URL, which a reload and back keep', async () => {
  await using view = await open();
  const { page } = view;
  const field = page.getByRole('combobox', { name: 'Filter jobs' });
  await page.keyboard.press('/');
  await field.pressSequentially('sta');
  await page.getByRole('option', { name: /^state:/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  expect(await field.inputValue()).toBe('state:');
  await field.pressSequentially('fai');
  await page.getByRole('option', { name: 'state:failed Failed' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\?state=failed$/);
  await field.pressSequentially('tag:archive torn');
  await page.waitForURL(/\?state=failed&tag=archive&text=torn$/);
  await rowsOf(page, 'Torn tape').waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Remove tag archive' }).waitFor();
  expect(await field.inputValue()).toBe('torn');
  await field.fill('nothing of this name');
  await page.getByRole('heading', { name: 'No job matches' }).waitFor();
  await page.getByRole('button', { name: 'Clear the filter' }).first().click();
  await rowsOf(page, 'Torn tape').waitFor();
  await page.goBack();
  await page.waitForURL(/state=failed&tag=archive/);
  expect(view.problems).toEqual([]);
});

test('a condition that nobody knows is not taken, and said', async () => {
  await using view = await open();
  const { page } = view;
  const field = page.getByRole('combobox', { name: 'Filter jobs' });
  await field.pressSequentially('state:odd ');
  await page.getByText('Nothing is known by “state:odd”.').waitFor();
  expect(new URL(page.url()).search).toBe('');
});

test('keys move, select and open; a second Enter opens the page, and back comes back to the list', async () => {
  await using view = await open();
  const { page } = view;
  await rowsOf(page, 'Torn tape').waitFor();
  await page.keyboard.press('j');
  const [first] = await rowsOf(page)
    .all()
    .then((rows) => rows.slice(1));
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'row');
  expect(await first!.evaluate((row) => row === document.activeElement)).toBe(true);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByText('1 selected').waitFor();
  await page.keyboard.press('K');
  await page.getByText('2 selected').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('2 selected').waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await page.waitForURL(/\?selected=/);
  await page.getByRole('complementary').waitFor();
  await first!.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/jobs\/[0-9a-f-]{36}/);
  await page.goBack();
  await page.getByRole('complementary').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('complementary').waitFor({ state: 'detached' });
  expect(view.problems).toEqual([]);
});
