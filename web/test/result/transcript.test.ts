import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { createSubjects } from '../../../test/environment/jobs/jobs.ts';
import { readCues } from '../../../test/environment/moments/cues.ts';
import { useConsole } from '../environment/console.ts';
import { completeJob, realModel } from '../environment/run-job.ts';
import { expectTime, whenPlayable } from '../environment/video.ts';

expectNoLeaks();

const { open, app } = useConsole('embedded', realModel);
let job: string;

beforeAll(async () => {
  const { videoId } = await createSubjects(app.graphql);
  ({ id: job } = await completeJob(app.graphql, 'transcribeVideo', { videoId, diarize: true }));
});

const panel = (page: Page) => page.getByRole('region', { name: 'Transcript' });

test('a search shows the lines with a text, marked, and a click on one goes there', async () => {
  await using view = await open(`/jobs/${job}`);
  const { page } = view;
  await whenPlayable(page);
  await panel(page).getByRole('searchbox', { name: 'Search the transcript' }).fill('EAST pier');
  await panel(page).getByText('lines found').waitFor();
  const found = panel(page).getByRole('listitem');
  const cues = readCues(await readFile('samples/harbour-news.vtt', 'utf8'));
  const expected = cues.filter(({ text }) => text.toLowerCase().includes('east pier'));
  expect(expected.length).toBeGreaterThan(1);
  await eventually(async () => expect(await found.count()).toBe(expected.length));
  expect(new Set(await panel(page).locator('mark').allTextContents())).toEqual(
    new Set(['east pier']),
  );
  await found.last().getByRole('button').click();
  await expectTime(page, expected.at(-1)!.start);
  expect(view.problems).toEqual([]);
});

test.each([
  [
    'Download .vtt',
    'Harbour news.vtt',
    /^WEBVTT\n\n00:00:01\.\d{3} --> \S+\n<v Marta Olsen>Good evening/,
  ],
  ['Download .txt', 'Harbour news.txt', /^Marta Olsen: Good evening/],
])('"%s" saves all that is said', async (name, file, content) => {
  await using view = await open(`/jobs/${job}`);
  const downloading = view.page.waitForEvent('download');
  await panel(view.page).getByRole('button', { name }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe(file);
  const text = Buffer.concat(await Array.fromAsync(await download.createReadStream())).toString();
  expect(text).toMatch(content);
  const cues = readCues(await readFile('samples/harbour-news.vtt', 'utf8'));
  for (const cue of cues) expect(text).toContain(cue.text);
  expect(view.problems).toEqual([]);
});

test('whoever scrolls is left where they are, until they follow again', async () => {
  await using view = await open(`/jobs/${job}`);
  const { page } = view;
  await whenPlayable(page);
  const follow = panel(page).getByRole('button', { name: 'Follow' });
  expect(await follow.getAttribute('aria-pressed')).toBe('true');
  await panel(page).getByText('I am Marta Olsen').hover();
  await page.mouse.wheel(0, 200);
  await eventually(async () => expect(await follow.getAttribute('aria-pressed')).toBe('false'));
  await page.getByRole('slider', { name: 'Time in the video' }).press('End');
  await expectTime(page, 246, 0.5);
  const last = panel(page).locator('[aria-current="true"]');
  await follow.click();
  await eventually(async () => expect(await isInSight(page, last)).toBe(true));
  expect(view.problems).toEqual([]);
});

async function isInSight(page: Page, line: ReturnType<Page['locator']>): Promise<boolean> {
  // Lines far from those in sight are not in the page.
  if ((await line.count()) === 0) return false;
  const [box, pane] = await Promise.all([
    line.boundingBox(),
    panel(page).getByRole('list').first().locator('..').boundingBox(),
  ]);
  return !!box && !!pane && box.y + box.height > pane.y && box.y < pane.y + pane.height;
}
