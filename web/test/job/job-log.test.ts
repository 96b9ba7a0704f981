import { beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { createSubjects, startJob } from '../../../test/environment/jobs/jobs.ts';
import { streamAnswer } from '../../../test/environment/model-service/answers.ts';
import { createGate } from '../../../test/environment/model-service/gate.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app, model } = useConsole('embedded');
const log = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => ({
  log: { level, message },
});

let videoId: string;
beforeAll(async () => {
  ({ videoId } = await createSubjects(app.graphql));
});

/** Starts a job that logs this; a gate holds back what follows it. */
async function startLogging(...lines: Parameters<typeof streamAnswer>[1]): Promise<string> {
  model.answer('/api/transcribe', streamAnswer('/api/transcribe', lines));
  const job = await startJob(app.graphql, 'transcribeVideo', { videoId });
  return String(job['id']);
}

const rowsOf = (page: Page) =>
  page.getByRole('log', { name: 'Lines of the log' }).getByRole('listitem');

test('a log shows its lines as they come, several rows each, below the attempt that wrote them', async () => {
  const gate = createGate();
  const id = await startLogging(
    log('info', 'Segment 1'),
    log('warn', 'Segment 2 has no speaker:\n  "ahoy"'),
    gate,
    log('error', 'Segment 3 is silent'),
  );
  await using view = await open(`/jobs/${id}/log`);
  const { page } = view;
  await page.getByRole('heading', { name: 'Attempt 1' }).waitFor();
  await page.getByText('Segment 2 has no speaker').waitFor();
  const heights = await rowsOf(page).evaluateAll((rows) =>
    rows.slice(-2).map((row) => row.getBoundingClientRect().height),
  );
  expect(heights[1]).toBe(2 * heights[0]!);
  expect(await page.getByText('Segment 3').count()).toBe(0);
  gate.open();
  await page.getByText('Segment 3 is silent').waitFor();
  expect(view.problems).toEqual([]);
});

test('a log is narrowed down and turned around, and the address says how', async () => {
  const id = await startLogging(
    log('debug', 'Alpha'),
    log('info', 'Beta'),
    log('error', 'Gamma beta'),
  );
  await using view = await open(`/jobs/${id}/log`);
  const { page } = view;
  await page.getByText('Gamma beta').waitFor();
  const read = async () =>
    (await rowsOf(page).allTextContents()).map((text) => /(Alpha|Beta|Gamma)/.exec(text)?.[0]);
  await page.getByRole('combobox', { name: 'Order' }).selectOption('Newest first');
  await eventually(async () => expect(await read()).toEqual([undefined, 'Gamma', 'Beta', 'Alpha']));
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Log' }).focus();
  await page.keyboard.press('/');
  await page.keyboard.type('BETA');
  await eventually(async () => expect(await read()).toEqual([undefined, 'Gamma', 'Beta']));
  await page.getByText('2 of 3 lines').waitFor();
  await page.getByRole('combobox', { name: 'Level' }).selectOption('Errors');
  await eventually(async () => expect(await read()).toEqual([undefined, 'Gamma']));
  await page.reload();
  await eventually(async () => expect(await read()).toEqual([undefined, 'Gamma']));
  await page.getByRole('searchbox').fill('nothing like it');
  await page.getByText('No line matches.').waitFor();
  expect(view.problems).toEqual([]);
});

test('what is shown of a log can be taken: as a file, and as text', async () => {
  const id = await startLogging(log('info', 'Alpha'), log('error', 'Beta'));
  await using view = await open(`/jobs/${id}/log?level=ERROR`);
  const { page } = view;
  await page.getByText('Beta').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`Harbour news ${id}.log`);
  const chunks = await Array.fromAsync(await download.createReadStream());
  expect(Buffer.concat(chunks as Buffer[]).toString()).toMatch(/^\S+ ERROR Beta\n$/);
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await page.getByText('Copied').first().waitFor();
  expect(view.problems).toEqual([]);
});
