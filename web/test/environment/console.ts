import { afterAll, beforeAll } from 'vitest';
import type { Page } from 'playwright-core';
import { useTestApp } from '../../../test/environment/app/use-test-app.ts';
import { openBrowser } from '../../../test/environment/programs/browser.ts';

export interface ConsoleView {
  /** Of the console. */
  url: string;
  /** What the page has reported as wrong so far: errors, refused content, failed files. */
  problems: readonly string[];
  page: Page;
}

export interface ViewOptions {
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
  /** Is called with the page before it loads anything. */
  prepare?: (page: Page) => Promise<void>;
}

/** A console in Chromium for a file of tests: `open` goes to one of its paths, or to an address, in a page of its own, closed when it is disposed. */
export function useConsole(
  ...[stack = 'embedded', options]: Partial<Parameters<typeof useTestApp>>
) {
  const { app, model } = useTestApp(stack, options);
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser[Symbol.asyncDispose]());

  async function open(
    path = '/',
    { width = 1280, height = 800, colorScheme = 'light', prepare }: ViewOptions = {},
  ): Promise<ConsoleView & AsyncDisposable> {
    const page = await browser.newPage();
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await prepare?.(page);
    await page.goto(new URL(path, app.url).href);
    return { url: app.url, problems, page, [Symbol.asyncDispose]: () => page.close() };
  }

  return { app, model, open };
}
