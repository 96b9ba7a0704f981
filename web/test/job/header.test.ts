import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, followJob, startJob } from '../../../test/environment/jobs/jobs.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app, model } = useConsole();

/** Starts an analysis of a video; the id of its first job. */
async function startAnalysis(): Promise<string> {
  const { outcome } = await app.graphql.request(
    `mutation ($input: AnalyzeVideoInput!) {
      outcome: analyzeVideo(input: $input) {
        ... on AnalyzeVideoPayload { pipeline { jobs { id } } }
        ... on Error { message }
      }
    }`,
    { input: await createSubjects(app.graphql) },
  );
  return outcome.pipeline.jobs[0].id;
}

test('a step of an analysis shows the others as they go on, and leads to them', async () => {
  const gate = model.hold('/api/summarize');
  const id = await startAnalysis();
  await gate.reached();
  await using view = await open(`/jobs/${id}`);
  const { page } = view;
  const steps = page.getByRole('navigation', { name: 'Pipeline' }).getByRole('listitem');
  await steps.filter({ hasText: 'Summary' }).getByText('Running').waitFor();
  expect(await steps.allTextContents()).toEqual([
    'SummaryRunning',
    'ClaimsQueued',
    'SynthesisQueued',
  ]);
  await steps.getByRole('link', { name: 'Claims' }).click();
  await page
    .getByText('It starts once the step before it in the pipeline has completed.')
    .waitFor();
  gate.open();
  await steps.filter({ hasText: 'Synthesis' }).getByText('Completed').waitFor();
  expect(view.problems).toEqual([]);
});

test('a job that runs says in how long it will be done, once there are others to go by', async () => {
  const input = await createSubjects(app.graphql);
  for (let ended = 0; ended < 10; ended += 1) {
    const { id } = await startJob(app.graphql, 'summarizeVideo', input);
    await followJob(app.graphql, 'websocket', id);
  }
  const gate = model.hold('/api/summarize');
  const { id } = await startJob(app.graphql, 'summarizeVideo', input);
  await gate.reached();
  await using view = await open(`/jobs/${id}`);
  await view.page.getByText(/^(done in about \d|takes longer than expected)/).waitFor();
  gate.open();
  expect(view.problems).toEqual([]);
});
