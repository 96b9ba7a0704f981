import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { applyJobUpdates } from '../../../src/jobs/rows/update.ts';
import { publishJobs } from '../../../src/pubsub/publish.ts';
import { startApiServer } from '../../../test/environment/app/api-server.ts';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { useTestStack } from '../../../test/environment/app/open-stack.ts';
import { insertWaitingJobs, waitingIdAt } from '../../../test/environment/jobs/insert-jobs.ts';
import { active } from '../../../test/environment/jobs/job-changes.ts';
import { openBrowser } from '../../../test/environment/programs/browser.ts';
import { readInteger } from '../../../test/environment/seeded-random.ts';
import { scrollThrough } from '../environment/scroll-through.ts';

expectNoLeaks();

const stack = useTestStack('external');
const count = 100_000;
/** How far down one scrolls: SCROLLED_ROWS=100000 is all of them, and takes minutes. */
const scrolled = readInteger('SCROLLED_ROWS', 3_000);

function rowsOf(page: Page) {
  return page.getByRole('grid', { name: 'Jobs' }).getByRole('row');
}

/** One that is on the screen; the job at place `count` is the newest. */
function rowAt(page: Page, place: number) {
  return page.locator(`[data-id="${waitingIdAt(place)}"]`);
}

/** To the end of what is loaded, and until there is more of it. */
async function scrollOn(page: Page): Promise<void> {
  const before = await page.evaluate(() => {
    const { scrollHeight } = document.documentElement;
    scrollTo(0, scrollHeight);
    return scrollHeight;
  });
  await page.waitForFunction((height) => document.documentElement.scrollHeight > height, before);
}

async function change(place: number, progress: number): Promise<void> {
  const update = { ...active(1, progress), jobId: waitingIdAt(place), round: 1, eventId: 1n };
  await publishJobs(stack.broker, await applyJobUpdates(stack.db, [update]));
}

beforeAll(() => insertWaitingJobs(stack.db, count));

test('a hundred thousand jobs scroll: few are rendered, those on the screen are live, and keys go on from there', async () => {
  await using server = await startApiServer(stack);
  await using browser = await openBrowser();
  const page = await browser.newPage();
  const received: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => received.push(String(payload))),
  );
  await page.goto(server.url);
  await rowAt(page, count).waitFor();
  await page.getByText('live').waitFor();
  for (let scrolled = 1; scrolled <= 4; scrolled += 1) await scrollOn(page);
  const deep = await rowsOf(page).last().getAttribute('data-id');
  expect(deep! < waitingIdAt(count - 200)).toBe(true);
  expect(await rowsOf(page).count()).toBeLessThan(80);
  // The server tells of what is new and of what is on the screen, not of a hundred thousand.
  const place = Number.parseInt(deep!.slice(-12), 16);
  await rowAt(page, place).scrollIntoViewIfNeeded();
  await change(place, 40);
  await rowAt(page, place).getByText('Running').waitFor();
  expect(received.length).toBeLessThan(2_000);
  await rowAt(page, place).focus();
  await page.keyboard.press('ArrowUp');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-id'))).toBe(
    waitingIdAt(place + 1),
  );
});

test(
  'whoever scrolls sees each job once, in order',
  async () => {
    await using server = await startApiServer(stack);
    await using browser = await openBrowser();
    const page = await browser.newPage();
    await page.goto(server.url);
    await rowAt(page, count).waitFor();
    const seen = await page.evaluate(scrollThrough, scrolled);
    const places = seen.ids.map((id) => Number.parseInt(id.slice(-12), 16));
    expect(places).toEqual(Array.from({ length: scrolled }, (_, index) => count - index));
    expect(seen.mostRows).toBeLessThan(80);
  },
  20_000 + scrolled * 10,
);
