import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, followJob, startJob } from '../../../test/environment/jobs/jobs.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app, model } = useConsole();

const hostile = `"><img src=x onerror="document.title='run'"><script>document.title='run'</script>`;
let failed: string;

beforeAll(async () => {
  const { videoId, personaId } = await createSubjects(
    app.graphql,
    { title: hostile },
    { name: hostile, role: hostile, informationNeed: hostile },
  );
  model.answer('/api/summarize', { status: 422, json: { detail: hostile } });
  const job = await startJob(
    app.graphql,
    'summarizeVideo',
    { videoId, personaId },
    { tags: ['<b>tag</b>'] },
  );
  failed = String(job['id']);
  await followJob(app.graphql, 'sse', failed);
});

test.each(['', '/timeline', '/log', '/input', '/raw'])(
  'are shown as they are, and nothing of them runs (a job’s page %s)',
  async (tab) => {
    await using view = await open(`/jobs/${failed}${tab}`);
    await view.page.getByText('<script>').first().waitFor();
    expect(await view.page.title()).not.toBe('run');
    expect(await view.page.locator('img[src=x]').count()).toBe(0);
    expect(view.problems).toEqual([]);
  },
);

test('are shown as they are in the list, the palette and the errors', async () => {
  await using view = await open();
  await view.page.getByText('<script>').first().waitFor();
  await view.page.keyboard.press('Control+k');
  await view.page.getByRole('option').getByText('<script>').first().waitFor();
  await view.page.goto(`${view.url}/errors`);
  await view.page.getByRole('heading', { level: 1 }).waitFor();
  expect(await view.page.locator('img[src=x]').count()).toBe(0);
  expect(view.problems).toEqual([]);
});

test('a text that is made a script is stopped by the page itself', async () => {
  await using view = await open();
  const stopped = await view.page.evaluate(() => {
    try {
      document.body.insertAdjacentHTML('beforeend', '<i>text</i>');
      return 'inserted';
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(stopped).toBe('TypeError');
});
