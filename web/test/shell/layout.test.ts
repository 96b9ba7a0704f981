import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { useConsole } from '../environment/console.ts';
import { listLayoutFaults } from '../environment/layout.ts';
import { screens, setUpScreens } from '../environment/screens.ts';
import type { Ids } from '../environment/screens.ts';

expectNoLeaks();

const { open, app, model } = useConsole();

/** Goes there without loading the page anew, and waits for its content. */
async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => history.pushState(null, '', to), path);
  await page.getByRole('heading').first().waitFor();
  await page.waitForFunction(() =>
    [...document.querySelectorAll('[role=status]')].every(
      ({ textContent }) => textContent !== 'Loading',
    ),
  );
}

/** What is wrong with a page on a phone, in both directions of writing, and on the widest of screens. */
async function listAllFaults(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const [width, dir] of [
    [360, 'ltr'],
    [360, 'rtl'],
    [3_840, 'ltr'],
  ] as const) {
    // No higher than it must be: what is painted is not looked at.
    await page.setViewportSize({ width, height: 640 });
    await page.evaluate((to) => document.documentElement.setAttribute('dir', to), dir);
    const faults = await listLayoutFaults(page);
    found.push(...faults.map((fault) => `${width} px, ${dir}: ${fault}`));
  }
  return found;
}

// All in one page: what takes time is to load it.
let view: Awaited<ReturnType<typeof open>>;
let ids: Ids;
beforeAll(async () => {
  ids = await setUpScreens(app.graphql, model);
  view = await open();
});
afterAll(() => view[Symbol.asyncDispose]());

test.each(Object.entries(screens))(
  '%s: nothing scrolls sideways, and nothing is cut off, from 360 to 3,840 px',
  async (_name, toPath) => {
    await goTo(view.page, toPath(ids));
    expect(await listAllFaults(view.page)).toEqual([]);
  },
);
