import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext } from 'playwright-core';
import { inject } from 'vitest';

/** Opens a headless Chromium with a profile of its own. */
export async function openBrowser(): Promise<BrowserContext & AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'fovea-chromium-'));
  opening.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: inject('chromium')!,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  opening.defer(() => context.close());
  const opened = opening.move();
  return Object.assign(context, { [Symbol.asyncDispose]: () => opened.disposeAsync() });
}
