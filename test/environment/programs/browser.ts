import { chromium } from 'playwright-core';
import type { BrowserContext, BrowserServer } from 'playwright-core';
import { inject } from 'vitest';
import { findWholeChromium } from './find-programs.ts';

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the headless Chromium that the tests of a run share. */
export async function startBrowserServer(
  executablePath: string,
  ignoreDefaultArgs: string[] = [],
): Promise<BrowserServer> {
  return chromium.launchServer({ executablePath, args, ignoreDefaultArgs });
}

/** Opens a profile of its own in the run's Chromium. */
export async function openBrowser(): Promise<BrowserContext & AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const browser = opening.use(await chromium.connect(inject('browserUrl')!));
  const context = opening.use(await browser.newContext());
  const opened = opening.move();
  return Object.assign(context, { [Symbol.asyncDispose]: () => opened.disposeAsync() });
}

export type OwnBrowser = BrowserContext & AsyncDisposable & { processId: number };

export interface OwnBrowserOptions {
  /** It keeps pages as they are for those who go back to them; default: it loads them anew. */
  keepsPages?: boolean | undefined;
}

/** Starts a Chromium of its own, whose processes can be stopped and killed. */
export async function startOwnBrowser({
  keepsPages = false,
}: OwnBrowserOptions = {}): Promise<OwnBrowser> {
  await using opening = new AsyncDisposableStack();
  const server = keepsPages
    ? await startBrowserServer(findWholeChromium()!, ['--disable-back-forward-cache'])
    : await startBrowserServer(inject('chromium')!);
  opening.defer(() => server.close());
  const browser = opening.use(await chromium.connect(server.wsEndpoint()));
  const context = opening.use(await browser.newContext());
  const opened = opening.move();
  return Object.assign(context, {
    processId: server.process().pid!,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  });
}
