import { expect, test } from 'vitest';
import { accounts, operatorClaims, signIn } from '../../../test/environment/access/credentials.ts';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createGraphQLClient } from '../../../test/environment/clients/graphql-client.ts';
import { createSubjects, startHeldSummary, startJob } from '../../../test/environment/jobs/jobs.ts';
import { useConsole } from '../environment/console.ts';
import type { ConsoleView } from '../environment/console.ts';

expectNoLeaks();

const { open, app, model } = useConsole('embedded', {
  env: { ...accounts, VIDEO_SUMMARIZATION_CONCURRENCY: '1' },
});

/** Opens a path as somebody: the host page hands their token over. */
async function openAs(token: string, path: string): Promise<ConsoleView & AsyncDisposable> {
  const view = await open('/livez');
  await view.page.evaluate((it) => sessionStorage.setItem('fovea-jobs.token', it), token);
  await view.page.goto(`${app.url}${path}`);
  return view;
}

/** Chromium reports every answer with 401 as an error of the page. */
const withoutRefusals = ({ problems }: ConsoleView) =>
  problems.filter((problem) => !problem.includes('401'));

test('a link shows one job to somebody without an account, without controls, until it is ended', async () => {
  const token = await signIn('ann');
  const ann = createGraphQLClient(app.url, token);
  const { id, looking, writing } = await startHeldSummary(ann, model);
  await using view = await openAs(token, `/jobs/${id}`);
  await view.page.getByRole('button', { name: 'Share' }).click();
  const dialog = view.page.getByRole('dialog', { name: 'Share a link to this job' });
  await dialog.getByRole('radio', { name: '30 min' }).check();
  await dialog.getByRole('button', { name: 'Make a link' }).click();
  const link = await dialog.getByRole('textbox', { name: 'Link' }).inputValue();
  expect(new URL(link).pathname).toBe(`/jobs/${id}`);
  expect(new URL(link).hash).toMatch(/^#ticket=/);

  // Nothing of what this browser has stored is theirs.
  await using guest = await open('/livez');
  await guest.page.evaluate(() => sessionStorage.clear());
  await guest.page.goto(link);
  await guest.page.getByRole('heading', { level: 1, name: 'Harbour news' }).waitFor();
  await guest.page.getByText(/You watch this job by a link\. It ends at .*, in (29|30):/).waitFor();
  const stages = guest.page.getByRole('list', { name: 'Stages of attempt 1' });
  await stages.getByText('Looking', { exact: true }).waitFor();
  for (const name of ['Cancel', 'Retry', 'Run again…', 'Share', 'More'])
    expect(await guest.page.getByRole('button', { name, exact: true }).count()).toBe(0);
  looking.open();
  await stages.getByText('Writing', { exact: true }).waitFor();
  await guest.page.getByRole('tab', { name: 'Input' }).click();
  await guest.page.getByText('Frames at most').waitFor();
  await guest.page.getByRole('tab', { name: 'Raw' }).click();
  await guest.page.getByText(`"id": "${id}"`).waitFor();
  expect(await guest.page.getByRole('alert').allTextContents()).toEqual([]);

  await dialog.getByRole('button', { name: 'End all links' }).click();
  await dialog.getByText('All links to this job have ended.').waitFor();
  await guest.page.reload();
  await guest.page
    .getByText(/ended|no longer|revoked/i)
    .first()
    .waitFor();
  writing.open();
  expect(withoutRefusals(view)).toEqual([]);
});

test('an operator sees whose a job is and may set any priority; its owner does not', async () => {
  const token = await signIn('ann');
  const ann = createGraphQLClient(app.url, token);
  const { looking, writing } = await startHeldSummary(ann, model);
  await looking.reached();
  const { id } = await startJob(ann, 'summarizeVideo', await createSubjects(ann));
  const listPriorities = async ({ page }: ConsoleView) =>
    page.getByRole('combobox', { name: 'Priority' }).getByRole('option').allTextContents();
  await using own = await openAs(token, `/jobs/${id}`);
  await own.page.getByRole('combobox', { name: 'Priority' }).waitFor();
  expect(await listPriorities(own)).toEqual(['Normal priority', 'Low priority']);
  expect(await own.page.getByText('Owner', { exact: true }).count()).toBe(0);
  await using operator = await openAs(await signIn('olga', operatorClaims), `/jobs/${id}`);
  await operator.page.getByText('Owner', { exact: true }).waitFor();
  await operator.page.getByRole('definition').getByText('ann', { exact: true }).waitFor();
  expect(await listPriorities(operator)).toHaveLength(3);
  looking.open();
  writing.open();
});

test('a job of somebody else is not there', async () => {
  const ann = createGraphQLClient(app.url, await signIn('ann'));
  const { id } = await startJob(ann, 'summarizeVideo', await createSubjects(ann));
  await using view = await openAs(await signIn('bob'), `/jobs/${id}`);
  await view.page.getByText('There is no such job.').waitFor();
  expect(await view.page.getByText('Harbour news').count()).toBe(0);
});

test('a link is copied also by a page that has no clipboard API', async () => {
  const token = await signIn('ann');
  const ann = createGraphQLClient(app.url, token);
  const { id } = await startJob(ann, 'summarizeVideo', await createSubjects(ann));
  await using view = await openAs(token, `/jobs/${id}/raw`);
  const { page } = view;
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  const dialog = page.getByRole('dialog');
  const field = dialog.getByRole('textbox', { name: 'Link' });
  const link = await field.inputValue();
  await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
  await dialog.getByText('Copied').first().waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  // What is pasted is what was copied.
  await page.goto(`${app.url}/jobs/${id}/log`);
  await page.getByRole('searchbox').click();
  await page.keyboard.press('Control+V');
  expect(await page.getByRole('searchbox').inputValue()).toBe(link);
});
