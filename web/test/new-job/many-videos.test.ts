import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects } from '../../../test/environment/jobs/jobs.ts';
import { choose } from '../environment/forms.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const count = 20;
const { open, app } = useConsole('embedded', { env: { JOBS_PER_MINUTE: String(count) } });

beforeAll(async () => {
  for (let index = 0; index < count; index += 1) {
    await createSubjects(app.graphql, { title: `Quay ${index}`, path: `quay-${index}.mp4` });
  }
  await createSubjects(app.graphql);
});

test('twenty videos are started as one batch; what is above a limit says when to try again', async () => {
  await using view = await open('/new?type=summarizeVideo');
  const { page } = view;
  await page.getByRole('combobox', { name: 'Video' }).fill('quay');
  await page.getByRole('option', { name: `Choose all ${count}` }).click();
  await page.getByRole('combobox', { name: 'Video' }).press('Escape');
  await choose(page, 'Persona', 'Analyst');
  await page.getByLabel('Name of the batch').fill('All quays');
  await page.getByRole('button', { name: `Start ${count} as a batch` }).click();
  await page.waitForURL(/\/batches\/[^/]+$/);
  const id = new URL(page.url()).pathname.split('/').at(-1)!;
  const { batch } = await app.graphql.request(
    `query ($id: ID!) { batch(id: $id) { name jobs(first: 100) { edges { node { subject { title } } } } } }`,
    { id },
  );
  expect(batch.name).toBe('All quays');
  const titles = batch.jobs.edges.map(({ node }: any) => node.subject.title as string);
  expect(new Set(titles)).toEqual(new Set(Array.from({ length: count }, (_, i) => `Quay ${i}`)));

  await page.goto(`${view.url}/new?type=summarizeVideo`);
  await choose(page, 'Video', 'Harbour news');
  await choose(page, 'Persona', 'Analyst');
  await page.getByRole('button', { name: 'Start' }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'jobs a minute' });
  await alert.waitFor();
  expect(await alert.textContent()).toMatch(/You can try again in \d+ s\./);
  expect(view.problems).toEqual([]);
});
