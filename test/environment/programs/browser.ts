import { chromium } from 'playwright-core';
import type { BrowserContext, BrowserServer } from 'playwright-core';
import { inject } from 'vitest';

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
export async function startBrowserServer(executablePath: string): Promise<BrowserServer> {
  return chromium.launchServer({ executablePath, args });
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

/** Starts a Chromium of its own, whose processes can be stopped and killed. */
export async function startOwnBrowser(): Promise<OwnBrowser> {
  await using opening = new AsyncDisposableStack();
  const server = await startBrowserServer(inject('chromium')!);
  opening.defer(() => server.close());
  const browser = opening.use(await chromium.connect(server.wsEndpoint()));
  const context = opening.use(await browser.newContext());
  const opened = opening.move();
  return Object.assign(context, {
    processId: server.process().pid!,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  });
}
