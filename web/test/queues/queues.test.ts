import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, startJob } from '../../../test/environment/jobs/jobs.ts';
import type { Subjects } from '../../../test/environment/jobs/jobs.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app, model } = useConsole('embedded', {
  env: { VIDEO_SUMMARIZATION_CONCURRENCY: '1' },
});
let subjects: Subjects;

beforeAll(async () => {
  subjects = await createSubjects(app.graphql);
});

test('a queue is paused once it is confirmed, says since when, and is resumed', async () => {
  await using view = await open('/queues');
  const { page } = view;
  const card = page.getByRole('article', { name: 'Summary' });
  await page.getByText('Every queue has workers, and none is paused or stuck.').waitFor();
  await card.getByRole('button', { name: 'Pause: Summary' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pause Summary?' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  await card.getByRole('button', { name: 'Pause: Summary' }).click();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('New GPUs are fitted.');
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await card.getByText(/^Paused since/).waitFor();
  await card.getByText('New GPUs are fitted.').waitFor();
  await startJob(app.graphql, 'summarizeVideo', subjects);
  await page.getByText('Summary is paused, and 1 job waits.').waitFor();
  await card.getByRole('button', { name: 'Resume: Summary' }).click();
  await page.getByText('Every queue has workers, and none is paused or stuck.').waitFor();
  await card.getByText('Idle').waitFor();
  expect(view.problems).toEqual([]);
});

test('what the doctor finds is there, and says what to do', async () => {
  await using view = await open('/queues');
  const part = view.page.getByRole('region', { name: 'Installation' });
  await part.getByText(/^checked at \d/).waitFor();
  await part.getByText(/^\d+ checks are fine$/).click();
  await part.getByText('The servers that it stands on are as they should be.').waitFor();
  await part.getByText(/answers in \d+ ms/).waitFor();
  expect(view.problems).toEqual([]);
});

test('what runs and waits is shown as it changes, and the hour as a table', async () => {
  await using view = await open('/queues');
  const { page } = view;
  const gate = model.hold('/api/summarize');
  await startJob(app.graphql, 'summarizeVideo', subjects);
  await gate.reached();
  await startJob(app.graphql, 'summarizeVideo', subjects);
  const card = page.getByRole('article', { name: 'Summary' });
  await card.getByText('1 of 1 places busy').waitFor();
  const readFigure = (name: string) =>
    card.locator('dl > div').filter({ has: page.getByText(name, { exact: true }) });
  await readFigure('waiting').getByText('1', { exact: true }).waitFor();
  await readFigure('oldest waits for')
    .getByText(/^\d:\d\d$/)
    .waitFor();
  gate.open();
  await readFigure('waiting').getByText('0', { exact: true }).waitFor();
  await card.getByText('0 of 1 places busy').waitFor();
  const hour = card.getByRole('table', { name: 'Summary: the last hour' });
  await expect.poll(() => hour.getByRole('row').last().textContent()).toMatch(/[1-9]\d*0$/);
  expect(await hour.getByRole('row').count()).toBe(7);
  await card.getByText('1 worker').click();
  await card.getByRole('columnheader', { name: 'Machine' }).waitFor();
  expect(view.problems).toEqual([]);
});
