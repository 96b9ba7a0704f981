import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { createSubjects } from '../../../test/environment/jobs/jobs.ts';
import { listAllViolations } from '../environment/axe.ts';
import { useConsole } from '../environment/console.ts';
import { completeJob, realModel } from '../environment/run-job.ts';
import { expectTime, whenPlayable } from '../environment/video.ts';

expectNoLeaks();

const { open, app } = useConsole('embedded', realModel);
let detectionJob: string;
let trackingJob: string;

beforeAll(async () => {
  const { videoId } = await createSubjects(app.graphql, { path: 'crossing-shapes.mp4' });
  const detection = await completeJob(app.graphql, 'detectObjects', {
    videoId,
    query: 'red object. blue object.',
    frames: { range: { from: 1, to: 4, every: 1 } },
  });
  const tracking = await completeJob(app.graphql, 'trackObjects', {
    videoId,
    detection: { detectionId: detection.resultId },
    startSeconds: 1,
    endSeconds: 5,
  });
  detectionJob = detection.id;
  trackingJob = tracking.id;
});

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where a shape is in a frame, as the sample says, in shares of it. */
async function readShape(label: string, frame: number): Promise<Box> {
  const { objects, frames } = JSON.parse(
    await readFile('samples/crossing-shapes.json', 'utf8'),
  ) as {
    objects: { id: number; label: string }[];
    frames: { objects: { id: number; box: Box }[] }[];
  };
  const { id } = objects.find((it) => it.label === label)!;
  return frames[frame]!.objects.find((it) => it.id === id)!.box;
}

/** Where something is drawn, in shares of the picture of the video. */
async function placeOf(page: Page, drawn: Locator): Promise<Box> {
  const [box, video] = await Promise.all([
    drawn.boundingBox(),
    page.locator('video').boundingBox(),
  ]);
  return {
    x: (box!.x - video!.x) / video!.width,
    y: (box!.y - video!.y) / video!.height,
    width: box!.width / video!.width,
    height: box!.height / video!.height,
  };
}

/** Expects a box of a shape, in the place where the shape is in this frame, within three hundredths of the picture. */
async function expectDrawn(page: Page, label: RegExp, shape: string, frame: number) {
  const drawn = page
    .getByRole('region', { name: /^Video/ })
    .getByText(label)
    .locator('..');
  const expected = await readShape(shape, frame);
  await eventually(async () => {
    const place = await placeOf(page, drawn);
    for (const side of ['x', 'y', 'width', 'height'] as const) {
      expect(Math.abs(place[side] - expected[side])).toBeLessThan(0.03);
    }
  });
}

test.each([
  ['on a wide page', { width: 1280, height: 800 }],
  ['on a phone', { width: 390, height: 844 }],
  ['beside letterboxes', { width: 1000, height: 300 }],
])('detected objects are drawn where they are, %s', async (_where, size) => {
  await using view = await open(`/jobs/${detectionJob}`, size);
  const { page } = view;
  await whenPlayable(page);
  await page.getByRole('region', { name: 'Frames' }).getByRole('button', { name: /^0:03/ }).click();
  await expectTime(page, 3);
  await expectDrawn(page, /red region/, 'red circle', 45);
  await expectDrawn(page, /blue region/, 'blue square', 45);
  expect(view.problems).toEqual([]);
});

test('objects are filtered by label and by confidence, and the address has it', async () => {
  await using view = await open(`/jobs/${detectionJob}?at=3.002`);
  const { page } = view;
  await whenPlayable(page);
  const video = page.getByRole('region', { name: /^Video/ });
  const red = page.getByRole('checkbox', { name: /red region/ });
  await video.getByText(/red region/).waitFor();
  await red.uncheck();
  await video.getByText(/red region/).waitFor({ state: 'detached' });
  await page.reload();
  await video.getByText(/blue region/).waitFor();
  expect(await red.isChecked()).toBe(false);
  expect(await video.getByText(/red region/).count()).toBe(0);
  const confidence = page.getByRole('slider', { name: 'At least this sure' });
  await confidence.press('End');
  await page.getByText('Nothing that matches was found.').waitFor();
  expect(view.problems).toEqual([]);
});

test('tracked objects are drawn where they are while time goes on, and can be hidden', async () => {
  await using view = await open(`/jobs/${trackingJob}`);
  const { page } = view;
  await whenPlayable(page);
  const tracks = page.getByRole('region', { name: 'Tracks' });
  await tracks.getByRole('button', { name: /red region/ }).click();
  await expectTime(page, 1);
  await expectDrawn(page, /red region/, 'red circle', 15);
  for (const frame of [30, 45, 60]) {
    const at = frame / 15 + 0.002;
    await page.locator('video').evaluate((it: HTMLVideoElement, to) => (it.currentTime = to), at);
    await expectDrawn(page, /red region/, 'red circle', frame);
  }
  await tracks.getByRole('checkbox', { name: /red region/ }).uncheck();
  const video = page.getByRole('region', { name: /^Video/ });
  expect(await video.getByText(/red region/).count()).toBe(0);
  expect(await video.getByText(/blue region/).count()).toBe(1);
  // After the last tracked frame nothing is drawn: nobody knows where it is.
  await page.getByRole('slider', { name: 'Time in the video' }).press('End');
  await video.getByText(/blue region/).waitFor({ state: 'detached' });
  expect(view.problems).toEqual([]);
});

test('nothing of it is out of reach, in both themes, on a desktop and on a phone', async () => {
  await using view = await open(`/jobs/${trackingJob}?at=3`);
  await whenPlayable(view.page);
  expect(await listAllViolations(view.page)).toEqual([]);
});
