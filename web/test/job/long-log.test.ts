import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, followJob, startJob } from '../../../test/environment/jobs/jobs.ts';
import { useConsole } from '../environment/console.ts';
import { hearLongLog } from '../environment/long-log.ts';
import type { ConsoleView } from '../environment/console.ts';

expectNoLeaks();

const { open, app } = useConsole('embedded');

let view: ConsoleView & AsyncDisposable;

beforeAll(async () => {
  const { videoId } = await createSubjects(app.graphql);
  const { id } = await startJob(app.graphql, 'transcribeVideo', { videoId });
  await followJob(app.graphql, 'websocket', String(id));
  view = await open('/settings');
  await view.page.addInitScript(hearLongLog);
  await view.page.goto(`${app.url}/jobs/${id}/log`);
});

afterAll(() => view[Symbol.asyncDispose]());

const findLog = () => view.page.getByRole('log', { name: 'Lines of the log' });

test('a log of 100,000 lines comes as a whole, and few of its lines are in the page', async () => {
  const log = findLog();
  // Whoever is at its end while lines come stays there.
  await log.getByText('Segment 1', { exact: true }).waitFor();
  await log.evaluate((box) => {
    box.scrollTop = box.scrollHeight;
    // More lines come before the page hears of that.
    const until = performance.now() + 300;
    while (performance.now() < until);
  });
  await view.page.getByText('100000 lines').waitFor();
  await log.getByText('Segment 100000').waitFor();
  expect(await log.getByRole('listitem').count()).toBeLessThan(200);
});

test('a log of 100,000 lines is followed at its end, held when somebody scrolls away, and followed again', async () => {
  const log = findLog();
  const end = log.getByText('Segment 100000');
  await log.evaluate((box) => (box.scrollTop = box.scrollHeight / 2));
  await end.waitFor({ state: 'detached' });
  await view.page.getByRole('button', { name: 'Newest lines' }).click();
  await end.waitFor();
  await view.page.getByRole('combobox', { name: 'Order' }).selectOption('Newest first');
  await log.getByRole('listitem').nth(1).getByText('Segment 100000').waitFor();
  await view.page.getByRole('combobox', { name: 'Order' }).selectOption('Oldest first');
  expect(view.problems).toEqual([]);
});

test('a log of 100,000 lines is taken as a whole: as text, and as a file', async () => {
  const { page } = view;
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  const file = Buffer.concat(
    (await Array.fromAsync(await download.createReadStream())) as Buffer[],
  ).toString();
  const lines = file.split('\n').filter((line) => line.startsWith('2026-'));
  expect(lines).toHaveLength(100_000);
  expect(lines.at(-1)).toBe('2026-03-01T12:00:00.000Z ERROR Segment 100000');
  await page.evaluate(() => {
    Object.assign(navigator.clipboard, {
      writeText: async (text: string) => void Object.assign(globalThis, { copied: text }),
    });
  });
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await page.getByText('Copied').first().waitFor();
  const copied = await page.evaluate(() => (globalThis as unknown as { copied: string }).copied);
  expect(copied).toBe(file);
});

test('a log of 100,000 lines is searched', async () => {
  await view.page.getByRole('searchbox').fill('segment 77770');
  await view.page.getByText('1 of 100000 lines').waitFor();
  await findLog().getByText('Segment 77770').waitFor();
  expect(view.problems).toEqual([]);
});
