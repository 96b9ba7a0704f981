import { createJobs } from 'fovea-jobs-client';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { listJobIds, startBatch } from '../../../test/environment/jobs/batches.ts';
import { createSubjects, readJob, startJob } from '../../../test/environment/jobs/jobs.ts';
import { listIds, runBulk, toPages } from '../../src/jobs/bulk/run-bulk.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app, model } = useConsole();
const { signal } = new AbortController();

/** Jobs that wait, or are held by the model service. */
async function startMany(count: number, tag: string): Promise<string[]> {
  model.hold('/api/summarize');
  const subjects = await createSubjects(app.graphql);
  const jobs = Array.from({ length: count }, () => ({ summarizeVideo: subjects }));
  const input = { name: tag, jobs };
  return listJobIds(await startBatch(app.graphql, input, { tags: [tag] }));
}

function rowsOf(page: Page) {
  return page.getByRole('grid', { name: 'Jobs' }).getByRole('row').filter({ hasText: 'Harbour' });
}

test('each job of a filter is asked for once, page by page, and those that had ended are told apart', async () => {
  const ids = await startMany(100, 'asked');
  const more = await startMany(5, 'asked');
  using jobs = createJobs({ url: `${app.url}/graphql` });
  await jobs.cancel(more[0]!);
  const pages: (readonly string[])[] = [];
  for await (const page of listIds(jobs, { tags: ['asked'] }, signal)) pages.push(page);
  expect(pages.map(({ length }) => length)).toEqual([100, 5]);
  const told: number[] = [];
  const outcome = await runBulk(jobs, 'cancel', pages, {
    signal,
    onProgress: ({ asked }) => told.push(asked),
  });
  expect(outcome).toEqual({ asked: 105, changed: 104 });
  expect(told).toEqual([100, 105]);
  expect(await readJob(app.graphql, ids[50]!)).toMatchObject({ state: 'CANCELED' });
});

test('a run that is stopped asks for no more', async () => {
  const ids = await startMany(3, 'stopped');
  using jobs = createJobs({ url: `${app.url}/graphql` });
  const stop = new AbortController();
  const pages = ids.flatMap((id) => [...toPages([id])]);
  const outcome = await runBulk(jobs, 'cancel', pages, {
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  expect(outcome.asked).toBe(1);
  await runBulk(jobs, 'cancel', [ids], { signal, onProgress: () => undefined });
});

test('an action on all that match says how many before, and what it has done after', async () => {
  await startMany(4, 'matching');
  await using view = await open('/?tag=matching');
  const { page } = view;
  await rowsOf(page).nth(3).waitFor();
  await page.getByRole('button', { name: 'All that match' }).click();
  await page.getByRole('menuitem', { name: 'Cancel all that match…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Cancel jobs' });
  await dialog.getByText('4 jobs will be canceled.').waitFor();
  await dialog.getByRole('button', { name: 'Cancel these jobs' }).click();
  await dialog.getByText('4 canceled, or told to stop.').waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('link', { name: 'Canceled 4' }).waitFor();
  await page.getByRole('button', { name: 'All that match' }).click();
  await page.getByRole('menuitem', { name: 'Retry all that failed and match…' }).click();
  await page.getByText('None of these jobs has failed.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(view.problems).toEqual([]);
});

test('while rows are selected none moves; what is new is counted, and comes afterwards', async () => {
  const ids = await startMany(3, 'held');
  await using view = await open('/?tag=held');
  const { page } = view;
  await rowsOf(page).nth(2).waitFor();
  await rowsOf(page).nth(0).getByRole('checkbox').click();
  await rowsOf(page)
    .nth(1)
    .getByRole('checkbox')
    .click({ modifiers: ['Shift'] });
  await page.getByText('2 selected').waitFor();
  const subjects = await createSubjects(app.graphql);
  await startJob(app.graphql, 'summarizeVideo', subjects, { tags: ['held'] });
  await page.getByRole('button', { name: '1 new' }).waitFor();
  expect(await rowsOf(page).count()).toBe(3);
  await page.getByRole('button', { name: 'Cancel…' }).click();
  await page.getByRole('button', { name: 'Cancel these jobs' }).click();
  await page.getByText('2 canceled, or told to stop.').waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await rowsOf(page).nth(3).waitFor();
  await page.getByRole('link', { name: 'Canceled 2' }).waitFor();
  expect(await readJob(app.graphql, ids[0]!)).not.toMatchObject({ state: 'CANCELED' });
  expect(view.problems).toEqual([]);
});

test('a batch is one bar, its counts and its jobs, and is canceled as one', async () => {
  const ids = await startMany(3, 'spring');
  const data = await app.graphql.request(`query ($id: ID!) { job(id: $id) { batch { id } } }`, {
    id: ids[0],
  });
  await using view = await open(`/batches/${data['job'].batch.id as string}`);
  const { page } = view;
  await page.getByRole('heading', { name: 'Batch “spring”' }).waitFor();
  await page.getByRole('progressbar', { name: 'Progress' }).first().waitFor();
  await rowsOf(page).nth(2).waitFor();
  await page.getByRole('button', { name: 'Cancel the batch…' }).click();
  await page.getByText('3 jobs will be canceled.').waitFor();
  await page.getByRole('button', { name: 'Cancel these jobs' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('region', { name: 'Batch' }).getByText('Canceled').first().waitFor();
  await page.getByRole('button', { name: 'Cancel the batch…' }).waitFor({ state: 'detached' });
  expect(view.problems).toEqual([]);
});

test('a batch that does not exist is said to be none', async () => {
  await using view = await open('/batches/019a0000-0000-7000-8000-000000000000');
  await view.page.getByRole('heading', { name: 'There is no such batch.' }).waitFor();
  expect(view.problems).toEqual([]);
});
