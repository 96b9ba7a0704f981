import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';

export interface StrictConsole extends AsyncDisposable {
  /** From now on the page gets its scripts instead of those that are served. */
  serveTo: (page: Page) => Promise<void>;
}

/** The console with React's development code, where StrictMode renders everything and runs each effect twice, and React complains. */
export async function buildStrictConsole(): Promise<StrictConsole> {
  const folder = await mkdtemp(join(tmpdir(), 'fovea-strict-'));
  await build({
    configFile: join(import.meta.dirname, '../../vite.config.ts'),
    logLevel: 'warn',
    mode: 'development',
    define: { 'process.env.NODE_ENV': '"development"' },
    build: { outDir: folder, minify: false },
  });
  const names = await readdir(join(folder, 'console'));
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  const script = /console\/(index-[\w-]+\.js)/.exec(html)![1]!;
  const style = /console\/(index-[\w-]+\.css)/.exec(html)![1]!;

  /** The page itself stays the server's: what somebody else answers would count as from elsewhere, and could not connect to it. */
  async function serveTo(page: Page): Promise<void> {
    await page.route('**/console/*', (route) => {
      const name = basename(new URL(route.request().url()).pathname);
      if (names.includes(name)) return route.fulfill({ path: join(folder, 'console', name) });
      if (name.endsWith('.css')) return route.fulfill({ path: join(folder, 'console', style) });
      if (!name.endsWith('.js')) return route.fallback();
      return route.fulfill({ contentType: 'text/javascript', body: `import './${script}';` });
    });
  }

  return {
    serveTo,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
