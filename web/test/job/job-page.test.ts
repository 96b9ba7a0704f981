import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import {
  createSubjects,
  holdSummary,
  startHeldSummary,
  startJob,
  summarySteps,
} from '../../../test/environment/jobs/jobs.ts';
import { createGate } from '../../../test/environment/model-service/gate.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app, model } = useConsole('embedded', {
  env: { VIDEO_SUMMARIZATION_CONCURRENCY: '1', VIDEO_SUMMARIZATION_BACKOFF_MS: '1' },
});

test('the page follows a job from step to step, and opens on the result at its end', async () => {
  const { id, looking, writing } = await startHeldSummary(app.graphql, model);
  await using view = await open(`/jobs/${id}`);
  const { page } = view;
  await page.getByRole('heading', { level: 1, name: 'Harbour news' }).waitFor();
  const bar = page.getByRole('progressbar', { name: 'Progress' });
  await bar.and(page.locator('[aria-valuetext^="Looking"]')).waitFor();
  const stages = page.getByRole('list', { name: 'Stages of attempt 1' });
  await stages.getByText('Looking', { exact: true }).waitFor();
  looking.open();
  await bar.and(page.locator('[aria-valuetext^="Writing"]')).waitFor();
  await stages.getByText('Writing', { exact: true }).waitFor();
  writing.open();
  await page.getByRole('tab', { name: 'Result', selected: true }).waitFor();
  await page.getByText('Completed', { exact: true }).first().waitFor();
  expect(await bar.count()).toBe(0);
  expect(view.problems).toEqual([]);
});

test('a job that waits says why, and its priority can be changed', async () => {
  const { id: runningId, looking, writing } = await startHeldSummary(app.graphql, model);
  await looking.reached();
  const { id } = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
  await using view = await open(`/jobs/${id}`);
  await view.page.getByText('it starts as soon as a worker is free').waitFor();
  const priority = view.page.getByRole('combobox', { name: 'Priority' });
  await priority.selectOption('Low priority');
  await view.page.getByRole('definition').getByText('Low', { exact: true }).waitFor();
  await view.page.reload();
  await view.page.getByRole('definition').getByText('Low', { exact: true }).waitFor();
  expect(id).not.toBe(runningId);
  looking.open();
  writing.open();
  expect(view.problems).toEqual([]);
});

test('a cancellation is shown as requested until the worker has heard it, and the job can be retried', async () => {
  const { id, looking, writing } = await startHeldSummary(app.graphql, model);
  await looking.reached();
  await using view = await open('/settings');
  const { page } = view;
  const heard = createGate();
  await page.routeWebSocket(/graphql/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage(async (message) => {
      if (String(message).includes('"CANCELED"')) await heard.wait();
      socket.send(message);
    });
  });
  await page.goto(`${app.url}/jobs/${id}`);
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByText('the worker has been told to stop').waitFor();
  await page.getByRole('button', { name: 'Cancel requested' }).waitFor();
  await heard.reached();
  heard.open();
  await page.getByText('Canceled', { exact: true }).first().waitFor();
  for (const gate of holdSummary(model, summarySteps)) gate.open();
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByText('Completed', { exact: true }).first().waitFor();
  looking.open();
  writing.open();
  expect(view.problems).toEqual([]);
});

test('a failure says its code, what happened, and what to do', async () => {
  model.answer('/api/summarize', { status: 400, json: { detail: 'No such language.' } });
  const { id } = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
  await using view = await open(`/jobs/${id}`);
  const failure = view.page.getByRole('region', { name: 'Why it failed' });
  await failure.getByText('Run it again with another input').waitFor();
  expect(await failure.getByRole('heading').textContent()).toMatch(
    /^(INVALID_INPUT|MODEL_REJECTED)$/,
  );
  await view.page.getByRole('button', { name: 'Run again…' }).click();
  await view.page.waitForURL(`**/new?from=${id}`);
  expect(view.problems).toEqual([]);
});

test('a job that does not exist is said not to exist', async () => {
  await using view = await open('/jobs/0199aaaa-0000-7000-8000-000000000000');
  await view.page.getByText('There is no such job.').waitFor();
  expect(await view.page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
});

test.each(['timeline', 'log', 'input', 'raw'])(
  'the tab %s has an address: back, forward and reload keep to it',
  async (tab) => {
    for (const gate of holdSummary(model, summarySteps)) gate.open();
    const { id } = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
    await using view = await open(`/jobs/${id}/result`);
    const { page } = view;
    const named = (name: string) => page.getByRole('tab', { name, selected: true, exact: false });
    await named('Result').waitFor();
    await page.getByRole('tab', { name: new RegExp(tab, 'i') }).click();
    const name = tab[0]!.toUpperCase() + tab.slice(1);
    await named(name).waitFor();
    expect(page.url()).toContain(`/jobs/${id}/${tab}`);
    await page.goBack();
    await named('Result').waitFor();
    await page.goForward();
    await named(name).waitFor();
    await page.reload();
    await named(name).waitFor();
    await page.getByRole('tabpanel', { name }).waitFor();
    expect(view.problems).toEqual([]);
  },
);
