import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { hearLongLog } from '../../web/test/environment/long-log.ts';
import { findChromium } from '../../test/environment/programs/find-programs.ts';
import { startDeployment } from '../deployment.ts';
import { percentile } from '../load/percentile.ts';
import { watchPage } from '../page-watch.ts';
import type { PageSightings } from '../page-watch.ts';
import { atMost } from '../report/bounds.ts';
import type { Bound } from '../report/bounds.ts';
import type { Measure } from './measure.ts';

/** All of them are on the screen. */
const jobs = 25;
/** The time between two reports of a job: 50 updates a second in all. */
const everyMs = 500;
/** Steps of scrolling through a log, one a frame. */
const logSteps = 60;
/** The last updates have been painted by then, or never will be. */
const settleMs = 1_000;

const row = (key: string, title: string, must: Bound, aim: Bound) => ({
  key,
  title: `console in Chromium: ${title}`,
  unit: 'ms',
  better: 'lower' as const,
  must,
  aim,
});

/** A page with the list of jobs, while 50 updates a second reach it. */
export const consoleMeasure: Measure = {
  name: 'console',
  variants: ['ours'],
  warmUps: 1,
  rows: [
    row('largestPaint', 'largest contentful paint', atMost(1_000), atMost(500)),
    row('longestTask', 'longest task, 50 updates a second', atMost(100), atMost(50)),
    row('p50', 'a worker’s report to the screen, p50', atMost(150), atMost(50)),
    row('p95', 'a worker’s report to the screen, p95', atMost(150), atMost(100)),
    row('logFrame', 'CPU a frame, scrolling a log of 100,000 lines', atMost(16), atMost(8)),
  ],
  open: async (bench, variant) => {
    await using opening = new AsyncDisposableStack();
    const { api, worker, jobIds } = opening.use(await startDeployment(variant, jobs));
    const browser = await chromium.launch({
      executablePath: findChromium()!,
      args: ['--no-sandbox', '--disable-gpu'],
    });
    opening.defer(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1280, height: 1_600 } });
    await page.addInitScript(watchPage);
    const perJob = (bench.quick ? 4_000 : 10_000) / everyMs;
    const opened = opening.move();
    return {
      round: async () => {
        await openList(page, api.url);
        const { largestPaint } = await takeSightings(page);
        await worker.call('pace', { jobIds, everyMs, perJob });
        await delay(settleMs);
        const { latencies, longTasks } = await takeSightings(page);
        const sent = perJob * jobs;
        const logFrame = await scrollLog(browser, `${api.url}/jobs/${jobIds[0]}/log`);
        return {
          figures: {
            largestPaint,
            longestTask: Math.max(0, ...longTasks),
            p50: percentile(latencies, 0.5),
            p95: percentile(latencies, 0.95),
            logFrame,
          },
          details: { sent, painted: latencies.length, longTasks: longTasks.length },
          // Two reports within one frame are one change of the screen.
          flaw: latencies.length < sent * 0.95 ? `${latencies.length} of ${sent} seen` : undefined,
        };
      },
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  },
};

/** All rows are there, and their stream has begun. */
async function openList(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page
    .locator('[data-id]')
    .nth(jobs - 1)
    .waitFor();
  await page.locator('[role=grid][aria-busy=false]').waitFor();
  await page.waitForLoadState('networkidle');
}

function takeSightings(page: Page): Promise<PageSightings> {
  return page.evaluate(() =>
    (globalThis as unknown as { takeSightings: () => PageSightings }).takeSightings(),
  );
}

/** CPU time of the page's main thread for each frame, in ms. */
async function scrollLog(browser: Browser, url: string): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1_600 } });
  await page.addInitScript(hearLongLog);
  await page.goto(url);
  await page.getByText('100000 lines').waitFor();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const readCpuMs = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return 1_000 * metrics.find(({ name }) => name === 'TaskDuration')!.value;
  };
  const before = await readCpuMs();
  await page.getByRole('log', { name: 'Lines of the log' }).evaluate(async (box, steps) => {
    for (let step = 0; step < steps; step += 1) {
      box.scrollTop = (box.scrollHeight * step) / steps;
      await new Promise(requestAnimationFrame);
    }
  }, logSteps);
  const cpuMs = (await readCpuMs()) - before;
  await page.close();
  return cpuMs / logSteps;
}
