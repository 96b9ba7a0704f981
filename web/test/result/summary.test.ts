import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { createSubjects } from '../../../test/environment/jobs/jobs.ts';
import { readCues } from '../../../test/environment/moments/cues.ts';
import { listAllViolations } from '../environment/axe.ts';
import { useConsole } from '../environment/console.ts';
import { completeJob, realModel } from '../environment/run-job.ts';
import { expectTime, whenPlayable } from '../environment/video.ts';

expectNoLeaks();

const { open, app } = useConsole('embedded', realModel);
let summaryJob: string;
let claimsJob: string;

beforeAll(async () => {
  const informationNeed = 'what the bridge cost, and whether the east pier is safe for visitors';
  const subjects = await createSubjects(
    app.graphql,
    {},
    { role: 'Council auditor', informationNeed },
  );
  const audio = { enableAudio: true, enableSpeakerDiarization: true };
  const summary = await completeJob(app.graphql, 'summarizeVideo', { ...subjects, ...audio });
  const claims = await completeJob(app.graphql, 'extractClaims', {
    summaryId: summary.resultId,
    strategy: 'HIERARCHICAL',
  });
  summaryJob = summary.id;
  claimsJob = claims.id;
});

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const currentLine = (page: Page) => part(page, 'Transcript').locator('[aria-current="true"]');

test('a click on a claim in the summary goes to where it is said, within half a second', async () => {
  const cues = readCues(await readFile('samples/harbour-news.vtt', 'utf8'));
  await using view = await open(`/jobs/${summaryJob}`);
  const { page } = view;
  await whenPlayable(page);
  const links = await part(page, 'Summary').getByRole('link').all();
  let literal = 0;
  for (const link of links) {
    const text = (await link.textContent())!;
    const cue = cues.find((it) => it.text.startsWith(text));
    if (!cue) continue;
    literal += 1;
    await link.click();
    await expectTime(page, cue.start, 0.5);
    await eventually(async () => expect(await currentLine(page).textContent()).toContain(text));
  }
  expect(literal).toBeGreaterThan(3);
  expect(view.problems).toEqual([]);
});

test('what is being said is marked in the summary, in the claims and in the transcript', async () => {
  await using view = await open(`/jobs/${claimsJob}`);
  const { page } = view;
  await whenPlayable(page);
  const claim = 'The new bridge cost 48 million euros, the city council says.';
  await part(page, 'Claims').getByRole('button', { name: claim }).click();
  await expectTime(page, 18.8, 0.5);
  await eventually(async () => expect(await currentLine(page).textContent()).toContain(claim));
  const marked = part(page, 'Summary').locator('[data-said="true"]');
  expect((await marked.allTextContents()).join('')).toBe(claim);
  // The moment is in the address, so that a reload and another person are there too.
  expect(new URL(page.url()).searchParams.get('at')).toBe('18.8');
  await page.reload();
  await whenPlayable(page);
  await expectTime(page, 18.8);
  expect(view.problems).toEqual([]);
});

test('the transcript follows the video, and a click on a line goes there', async () => {
  await using view = await open(`/jobs/${summaryJob}`);
  const { page } = view;
  await whenPlayable(page);
  const line = part(page, 'Transcript').getByRole('button', { name: /Shipping companies call/ });
  await line.click();
  await expectTime(page, 54, 0.9);
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await eventually(async () =>
    expect(await currentLine(page).textContent()).toContain('Not everybody agrees'),
  );
  await page.getByRole('button', { name: 'Pause' }).click();
  expect(await currentLine(page).isVisible()).toBe(true);
  expect(view.problems).toEqual([]);
});

test('the keyboard moves on the time of the video, and to the key frames', async () => {
  await using view = await open(`/jobs/${summaryJob}?at=20`);
  const { page } = view;
  await whenPlayable(page);
  const slider = page.getByRole('slider', { name: 'Time in the video' });
  await expectTime(page, 20);
  await slider.press('ArrowRight');
  await expectTime(page, 25);
  await slider.press('Home');
  await expectTime(page, 0);
  await page.keyboard.press(']');
  await expectTime(page, 15.6);
  expect(await slider.getAttribute('aria-valuetext')).toMatch(/^0:15 of 4:06\. At 0:15/);
  await page.keyboard.press(']');
  await expectTime(page, 18.8);
  await page.keyboard.press('[');
  await expectTime(page, 15.6);
  await part(page, 'Key frames').getByRole('button', { name: /^2:08/ }).click();
  await expectTime(page, 128.3);
  expect(view.problems).toEqual([]);
});

test('a key frame is seen before one goes there, and only those on the screen are drawn', async () => {
  await using view = await open(`/jobs/${summaryJob}`);
  const { page } = view;
  await whenPlayable(page);
  const frames = part(page, 'Key frames');
  await frames.locator('[data-drawn="true"]').first().waitFor();
  const marks = page.getByRole('slider', { name: 'Time in the video' }).locator('[data-past]');
  const { x, y, width } = (await marks.nth(1).boundingBox())!;
  await page.mouse.move(x + width / 2, y + 2);
  const preview = page.getByText('0:18', { exact: true }).first();
  await preview.waitFor();
  await page.getByRole('slider').locator('canvas[data-drawn="true"]').waitFor();
  expect(await frames.locator('[data-drawn="true"]').count()).toBeLessThan(await marks.count());
  // The samples say the time of each picture in white, low on the left.
  const white = await page
    .getByRole('slider')
    .locator('canvas')
    .evaluate((canvas: HTMLCanvasElement) => {
      const { width: all, height } = canvas;
      const { data } = canvas.getContext('2d')!.getImageData(0, height / 2, all, height / 2);
      return data.filter((value, index) => index % 4 === 0 && value > 180).length;
    });
  expect(white).toBeGreaterThan(20);
  await page.mouse.down();
  await page.mouse.up();
  await expectTime(page, 18.8);
  await page.mouse.move(0, 0);
  await page.getByRole('slider').locator('canvas').waitFor({ state: 'detached' });
  expect(view.problems).toEqual([]);
});

test('nothing of it is out of reach, in both themes, on a desktop and on a phone', async () => {
  await using view = await open(`/jobs/${claimsJob}?at=18.8`);
  await whenPlayable(view.page);
  expect(await listAllViolations(view.page)).toEqual([]);
});
