import process from 'node:process';
import { afterAll, beforeAll, expect } from 'vitest';
import type { BrowserContext, Page } from 'playwright-core';
import { startOwnBrowser } from '../../../test/environment/programs/browser.ts';
import type { OwnBrowserOptions } from '../../../test/environment/programs/browser.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { buildPage } from './build-page.ts';
import { startPageServer } from './page-server.ts';

export interface Pages {
  browser: BrowserContext;
  /** Opens the page; `prepare` runs before its scripts. */
  open: (
    query?: Record<string, string | readonly string[]>,
    prepare?: (page: Page) => Promise<unknown>,
  ) => Promise<Page & AsyncDisposable>;
  /** Does something while the whole browser is stopped, as by a computer that sleeps. */
  whileStopped: (work: () => Promise<void>) => Promise<void>;
}

/** A browser, and a host with a page of test/pages in front of the app, from the first test of the calling `describe` on. */
export function usePages(
  name: string,
  app: Readonly<{ url: string }>,
  options: OwnBrowserOptions = {},
): Pages {
  const disposables = new AsyncDisposableStack();
  const pages = {} as Pages;

  beforeAll(async () => {
    const [browser, scripts] = await Promise.all([startOwnBrowser(options), buildPage(name)]);
    disposables.use(browser);
    const { url } = disposables.use(await startPageServer(app.url, scripts));
    pages.browser = browser;
    pages.whileStopped = async (work) => {
      // The browser leads a process group, with all of its helpers.
      process.kill(-browser.processId, 'SIGSTOP');
      try {
        await work();
      } finally {
        process.kill(-browser.processId, 'SIGCONT');
      }
    };
    pages.open = async (query = {}, prepare = async () => undefined) => {
      const page = await browser.newPage();
      await prepare(page);
      const parameters = new URLSearchParams();
      for (const [key, value] of Object.entries(query)) parameters.set(key, String(value));
      await page.goto(`${url}/page?${parameters.toString()}`);
      return Object.assign(page, { [Symbol.asyncDispose]: () => page.close() });
    };
  });
  afterAll(() => disposables.disposeAsync());
  return pages;
}

export const shown = (page: Page, name: string) => page.getByLabel(name, { exact: true });

export async function expectShown(page: Page, name: string, text: string | RegExp): Promise<void> {
  await eventually(async () => expect(await shown(page, name).textContent()).toMatch(text));
}

export async function click(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}
