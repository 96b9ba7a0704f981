import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { registerFormat, runDetection } from '../../../test/environment/jobs/detections.ts';
import { createSubjects, followJob } from '../../../test/environment/jobs/jobs.ts';
import { runJob } from '../../../test/environment/jobs/results.ts';
import { choose, start } from '../environment/forms.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app } = useConsole();

beforeAll(async () => {
  const subjects = await createSubjects(app.graphql);
  const videoId = await registerFormat(app.graphql, 'known.mp4');
  await runJob(app.graphql, 'summarizeVideo', subjects);
  await runDetection(app.graphql, { videoId, query: 'ship.', frames: { numbers: [0] } });
});

async function finish(id: string): Promise<Record<string, any>> {
  const last = (await followJob(app.graphql, 'sse', id)).at(-1)!;
  expect(last).toMatchObject({ state: 'COMPLETED' });
  return last;
}

test('a summary is started by its form, with what was typed', async () => {
  await using view = await open('/new?type=summarizeVideo');
  const { page } = view;
  await choose(page, 'Video', 'Harbour news');
  await choose(page, 'Persona', 'Analyst');
  await page.getByLabel('Frames at most').fill('12');
  await page.getByLabel('Use the audio track').check();
  await page.getByLabel('Seen and heard together').selectOption('HYBRID');
  const id = await start(page);
  await finish(id);
  const { job } = await app.graphql.request(
    `query ($id: ID!) { job(id: $id) { ... on VideoSummarizationJob {
      input { maxFrames enableAudio fusionStrategy frameSampleRate } } } }`,
    { id },
  );
  const input = { maxFrames: 12, enableAudio: true, fusionStrategy: 'HYBRID', frameSampleRate: 1 };
  expect(job).toEqual({ input });
  expect(view.problems).toEqual([]);
});

test('an analysis is started as a pipeline, with a transcript if that is asked for', async () => {
  await using view = await open('/new?type=analyzeVideo');
  const { page } = view;
  await choose(page, 'Video', 'Harbour news');
  await choose(page, 'Persona', 'Analyst');
  await page.getByLabel('Transcribe first').check();
  await page.getByLabel('Language').fill('en');
  const id = await start(page);
  const { job } = await app.graphql.request(
    'query ($id: ID!) { job(id: $id) { type pipeline { jobs { type } } } }',
    { id },
  );
  expect(job.pipeline.jobs).toHaveLength(4);
  expect(job.type).toBe('TRANSCRIPTION');
  expect(view.problems).toEqual([]);
});

test('a transcript, claims and a synthesis are started by their forms', async () => {
  await using view = await open('/new?type=transcribeVideo');
  const { page } = view;
  await choose(page, 'Video', 'Harbour news');
  await finish(await start(page));
  await page.goto(`${view.url}/new?type=extractClaims`);
  await choose(page, 'Summary', 'Harbour news');
  await page.getByLabel('Strategy').selectOption('HIERARCHICAL');
  await finish(await start(page));
  await page.goto(`${view.url}/new?type=synthesizeClaims`);
  await choose(page, 'Summaries', 'Harbour news');
  await page.getByLabel('Words at most').fill('100');
  await finish(await start(page));
  expect(view.problems).toEqual([]);
});

test('objects are looked for in frames at regular times', async () => {
  await using view = await open('/new?type=detectObjects');
  const { page } = view;
  await choose(page, 'Video', 'known');
  await page.getByLabel('What to look for').fill('ship.');
  await page.getByLabel('At regular times').check();
  await page.getByLabel('From (seconds)').fill('0');
  await page.getByLabel('To (seconds)').fill('2');
  await page.getByLabel('Every').fill('0.5');
  await finish(await start(page));
  expect(view.problems).toEqual([]);
});

test('objects are tracked from what a detection found, or from boxes that are given', async () => {
  await using view = await open('/new?type=trackObjects');
  const { page } = view;
  await choose(page, 'Video', 'known');
  await choose(page, 'Detection', 'known');
  await page.getByLabel('End (seconds)').fill('1');
  await finish(await start(page));
  await page.goto(`${view.url}/new?type=trackObjects`);
  await choose(page, 'Video', 'known');
  await page.getByLabel('Boxes that I give').check();
  await page.getByRole('button', { name: 'Add a box' }).click();
  for (const index of [0, 1]) {
    await page.getByLabel('Name', { exact: false }).nth(index).fill(`ship ${index}`);
    for (const field of ['Left', 'Top', 'Width', 'Height']) {
      await page.getByLabel(field).nth(index).fill('0.25');
    }
  }
  await page.getByLabel('End (seconds)').fill('1');
  const id = await start(page);
  await finish(id);
  const { job } = await app.graphql.request(
    'query ($id: ID!) { job(id: $id) { ... on ObjectTrackingJob { input { objects { label box { x } } } } } }',
    { id },
  );
  expect(job.input.objects).toEqual([
    { label: 'ship 0', box: { x: 0.25 } },
    { label: 'ship 1', box: { x: 0.25 } },
  ]);
  expect(view.problems).toEqual([]);
});
