import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { useConsole } from '../environment/console.ts';
import { findTexts, listEnglish } from '../environment/foreign-texts.ts';
import { goTo } from '../environment/go-to.ts';
import { listLayoutFaults } from '../environment/layout.ts';
import { screens, setUpScreens } from '../environment/screens.ts';
import type { Ids } from '../environment/screens.ts';

expectNoLeaks();

const { open, app, model } = useConsole();

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

test('in Arabic, no screen says anything of ours in English', async () => {
  const english = listEnglish();
  await using arabic = await open('/settings', {
    prepare: async (page) => {
      await page.addInitScript(() => localStorage.setItem('fovea-jobs.language', 'ar'));
    },
  });
  await arabic.page.locator('html[dir=rtl]').waitFor();
  const found: string[] = [];
  for (const [name, toPath] of Object.entries(screens)) {
    await goTo(arabic.page, toPath(ids));
    const texts = await findTexts(arabic.page, english);
    found.push(...texts.map((text) => `${name}: ${text}`));
  }
  expect(found).toEqual([]);
});
