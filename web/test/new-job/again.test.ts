import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, startJob } from '../../../test/environment/jobs/jobs.ts';
import type { Subjects } from '../../../test/environment/jobs/jobs.ts';
import { start } from '../environment/forms.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app } = useConsole();
let subjects: Subjects;

beforeAll(async () => {
  subjects = await createSubjects(app.graphql);
});

async function readInput(id: string): Promise<Record<string, any>> {
  const { job } = await app.graphql.request(
    `query ($id: ID!) { job(id: $id) { priority tags basedOn { id } ... on VideoSummarizationJob {
      input { videoId personaId maxFrames audioLanguage fusionStrategy enableAudio } } } }`,
    { id },
  );
  return job;
}

test('a job is run again with a change: the form has its input, and the new job says what it is based on', async () => {
  const input = { ...subjects, maxFrames: 7, audioLanguage: 'de', fusionStrategy: 'HYBRID' };
  const options = { priority: 'LOW', tags: ['quay'] };
  const first = await startJob(app.graphql, 'summarizeVideo', input, options);
  await using view = await open(`/new?from=${first['id']}`);
  const { page } = view;
  await page.getByRole('heading', { name: 'New job: Summarize a video' }).waitFor();
  await page.getByRole('button', { name: 'Remove Harbour news' }).waitFor();
  await page.getByRole('button', { name: 'Remove Analyst' }).waitFor();
  expect(await page.getByLabel('Frames at most').inputValue()).toBe('7');
  await page.getByLabel('Frames at most').fill('9');
  const id = await start(page);
  const before = await readInput(first['id']);
  expect(await readInput(id)).toEqual({
    ...before,
    basedOn: { id: first['id'] },
    input: { ...before['input'], maxFrames: 9 },
  });
  expect(view.problems).toEqual([]);
});

test('the same form is another job when it is opened again, and none twice when it is sent twice', async () => {
  await using view = await open();
  const { page } = view;
  const started: string[] = [];
  for (const _round of [1, 2]) {
    await page.goto(`${view.url}/new?type=transcribeVideo&video=${subjects.videoId}`);
    await page.getByRole('button', { name: 'Remove Harbour news' }).waitFor();
    await page.getByRole('button', { name: 'Start' }).dblclick();
    await page.waitForURL(/\/jobs\/[^/]+$/);
    started.push(new URL(page.url()).pathname.split('/').at(-1)!);
  }
  const { jobs } = await app.graphql.request(
    '{ jobs(filter: { types: [TRANSCRIPTION] }) { edges { node { id } } } }',
  );
  const ids = jobs.edges.map(({ node }: any) => node.id as string);
  expect(ids.toSorted()).toEqual(started.toSorted());
  expect(view.problems).toEqual([]);
});

test('a job is started by the keyboard alone', async () => {
  await using view = await open('/new?type=summarizeVideo');
  const { page } = view;
  await page.getByRole('combobox', { name: 'Video' }).waitFor();
  const { keyboard } = page;
  /** Tab, until this has the focus. */
  const goTo = async (name: string) => {
    for (let presses = 0; presses < 60; presses += 1) {
      const focused = page.locator(':focus');
      const label = await focused.evaluateAll(([element]) => {
        const labels = (element as HTMLInputElement | undefined)?.labels;
        return labels?.[0]?.textContent ?? element?.textContent ?? '';
      });
      if (label === name) return;
      await keyboard.press('Tab');
    }
    throw new Error(`${name} has not had the focus`);
  };
  await goTo('Video');
  await keyboard.type('harbour');
  await page.getByRole('option', { name: 'Harbour news' }).waitFor();
  await keyboard.press('Enter');
  await keyboard.press('Escape');
  await goTo('Persona');
  await keyboard.press('ArrowDown');
  await page.getByRole('option', { name: 'Analyst' }).waitFor();
  await keyboard.press('Enter');
  await goTo('Use the audio track');
  await keyboard.press('Space');
  await keyboard.press('Control+Enter');
  await page.waitForURL(/\/jobs\/[^/]+$/);
  const { job } = await app.graphql.request(
    'query ($id: ID!) { job(id: $id) { ... on VideoSummarizationJob { input { enableAudio } } } }',
    { id: new URL(page.url()).pathname.split('/').at(-1)! },
  );
  expect(job.input.enableAudio).toBe(true);
  expect(view.problems).toEqual([]);
});
