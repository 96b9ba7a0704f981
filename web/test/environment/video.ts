import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { eventually } from '../../../test/environment/eventually.ts';

/** Waits for the video of a page to have pictures. */
export async function whenPlayable(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const video = document.querySelector('video');
    return video !== null && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
  });
}

/** Where the video is, in seconds. */
async function readTime(page: Page): Promise<number> {
  return page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
}

/** Expects the video to be at this time within so many seconds, with the picture of it. */
export async function expectTime(page: Page, seconds: number, within = 0.1): Promise<void> {
  await eventually(async () => {
    const isThere = page.locator('video').evaluate((video: HTMLVideoElement) => !video.seeking);
    expect(await isThere).toBe(true);
    expect(Math.abs((await readTime(page)) - seconds)).toBeLessThanOrEqual(within);
  });
}
