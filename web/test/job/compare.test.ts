import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, followJob, startJob } from '../../../test/environment/jobs/jobs.ts';
import { defaultAnswer } from '../../../test/environment/model-service/answers.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app, model } = useConsole('embedded');

/** Makes the next summaries have this text. */
function answerWith(summary: string): void {
  model.answer('/api/summarize', (call) => ({
    json: { ...defaultAnswer('/api/summarize', call).json, summary },
  }));
}

test('two runs are chosen, and show what differs in what was asked, found and needed', async () => {
  const subjects = await createSubjects(app.graphql);
  answerWith('The pier is safe for visitors.');
  const first = await startJob(app.graphql, 'summarizeVideo', subjects);
  await followJob(app.graphql, 'websocket', String(first['id']));
  answerWith('The pier is not safe for visitors.');
  const second = await startJob(app.graphql, 'summarizeVideo', { ...subjects, maxFrames: 12 });
  await followJob(app.graphql, 'websocket', String(second['id']));

  await using view = await open(`/jobs/${second['id']}/input`);
  const { page } = view;
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Compare with another run' }).click();
  await page.getByRole('dialog').getByRole('link', { name: 'Harbour news' }).click();
  await page.waitForURL(`**/compare/${first['id']}/${second['id']}`);

  await page.getByRole('heading', { level: 1, name: 'Two runs: Harbour news' }).waitFor();
  const parameters = page.getByRole('region', { name: 'Parameters' });
  expect(await parameters.getByRole('row').allTextContents()).toEqual([
    'ParameterFirst runSecond run',
    'Frames at most3012',
  ]);
  await parameters.getByRole('checkbox').check();
  expect(await parameters.getByRole('row').count()).toBeGreaterThan(5);
  const words = page.getByRole('region', { name: 'Words' });
  expect(await words.getByRole('insertion').allTextContents()).toEqual(['not ']);
  expect(await words.getByRole('deletion').count()).toBe(0);
  await page.getByRole('rowheader', { name: 'Ran' }).waitFor();

  await page.reload();
  await words.getByRole('insertion').waitFor();
  await page.goBack();
  await page.getByRole('tab', { name: 'Input', selected: true }).waitFor();
  expect(view.problems).toEqual([]);
});
