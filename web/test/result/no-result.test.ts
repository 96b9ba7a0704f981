import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, startHeldSummary, startJob } from '../../../test/environment/jobs/jobs.ts';
import { useConsole } from '../environment/console.ts';
import { completeJob } from '../environment/run-job.ts';

expectNoLeaks();

const { open, app, model } = useConsole();

test('until there is a result its place says what will be there, and then has it without a reload', async () => {
  const { id, looking, writing } = await startHeldSummary(app.graphql, model);
  await using view = await open(`/jobs/${id}/result`);
  const { page } = view;
  await page.getByText('The summary will be here').waitFor();
  looking.open();
  writing.open();
  await page.getByRole('region', { name: 'Summary', exact: true }).waitFor();
  expect(view.problems).toEqual([]);
});

test('a job that has failed says what one can do', async () => {
  model.answer('/api/summarize', { status: 422, json: { detail: 'no such model' } });
  const { id } = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
  await using view = await open(`/jobs/${id}/result`);
  await view.page.getByRole('heading', { name: 'This job failed.' }).waitFor();
  await view.page.getByText('Start it again with another input').waitFor();
  expect(view.problems).toEqual([]);
});

test('a result that was deleted with its video is said to be', async () => {
  const { videoId } = await createSubjects(app.graphql, { id: 'short-lived' });
  const { id } = await completeJob(app.graphql, 'transcribeVideo', { videoId });
  await app.graphql.request('mutation ($id: ID!) { deleteVideo(id: $id) { __typename } }', {
    id: videoId,
  });
  await using view = await open(`/jobs/${id}/result`);
  await view.page.getByRole('heading', { name: 'This result was deleted.' }).waitFor();
  expect(view.problems).toEqual([]);
});

test('where this server has no file, all but the picture is there, and times can be chosen', async () => {
  const { videoId } = await createSubjects(app.graphql, { id: 'far', path: 'elsewhere.mp4' });
  const { id } = await completeJob(app.graphql, 'transcribeVideo', { videoId });
  await using view = await open(`/jobs/${id}/result`);
  const { page } = view;
  await page.getByText('The file of this video is not on this server.').waitFor();
  const line = page.getByRole('region', { name: 'Transcript' }).getByRole('listitem').last();
  await line.getByRole('button').click();
  expect(await line.getByRole('button').getAttribute('aria-current')).toBe('true');
  expect(view.problems).toEqual([]);
});
