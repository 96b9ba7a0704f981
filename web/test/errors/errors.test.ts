import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, startJob } from '../../../test/environment/jobs/jobs.ts';
import type { Subjects } from '../../../test/environment/jobs/jobs.ts';
import { defaultAnswer } from '../../../test/environment/model-service/answers.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app, model } = useConsole('embedded', { env: { VIDEO_SUMMARIZATION_ATTEMPTS: '1' } });
let subjects: Subjects;

beforeAll(async () => {
  subjects = await createSubjects(app.graphql);
});

/** Starts a job for each status that the model service answers with; afterwards it answers as usual. */
async function fail(...statuses: number[]): Promise<void> {
  let answers = 0;
  model.answer('/api/summarize', (call) => {
    const status = statuses[answers];
    answers += 1;
    return status === undefined
      ? defaultAnswer('/api/summarize', call)
      : { status, json: { detail: 'No.' } };
  });
  for (const _status of statuses) await startJob(app.graphql, 'summarizeVideo', subjects);
}

test('failures are grouped by their cause as they come, and a group is retried as a whole', async () => {
  await using view = await open('/errors');
  const { page } = view;
  await page.getByRole('heading', { name: 'No failed jobs' }).waitFor();
  await fail(503, 503, 503, 400);
  const groups = page.getByRole('list', { name: 'Errors' }).getByRole('article');
  await groups.filter({ hasText: 'MODEL_REJECTED' }).waitFor();
  const unavailable = groups.filter({ hasText: 'MODEL_UNAVAILABLE' });
  await unavailable.getByText('3 jobs').waitFor();
  await unavailable.getByText('Latest failures').click();
  await expect.poll(() => unavailable.getByRole('link', { name: 'Harbour news' }).count()).toBe(3);
  const link = await unavailable
    .getByRole('link', { name: 'Show these jobs' })
    .getAttribute('href');
  const params = new URL(link!, view.url).searchParams;
  expect(params.get('error')).toBe('MODEL_UNAVAILABLE');
  expect(params.getAll('id')).toHaveLength(3);

  await unavailable.getByRole('button', { name: 'Retry all 3' }).click();
  const dialog = page.getByRole('dialog', { name: 'Retry these jobs?' });
  await dialog.getByText('3 jobs will be started again.').waitFor();
  await dialog.getByRole('button', { name: 'Retry all 3' }).click();
  await dialog.getByText('3 jobs were started again.').waitFor();
  await unavailable.waitFor({ state: 'detached' });
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  expect(await groups.count()).toBe(1);
  expect(view.problems).toEqual([]);
});

test('the groups are those of one type of job, if one asks for it', async () => {
  await using view = await open('/errors');
  const { page } = view;
  await page.getByRole('article').waitFor();
  await page.getByLabel('Type').selectOption('TRANSCRIPTION');
  await page.getByRole('heading', { name: 'No failed jobs match.' }).waitFor();
  expect(new URL(page.url()).searchParams.get('type')).toBe('TRANSCRIPTION');
  await page.goBack();
  await page.getByRole('article').waitFor();
  expect(view.problems).toEqual([]);
});
