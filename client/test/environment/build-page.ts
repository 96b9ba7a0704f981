import { basename, join } from 'node:path';
import { build } from 'vite';
import type { Rolldown } from 'vite';

const pages = join(import.meta.dirname, '../pages');

/** The scripts of a page of test/pages by their paths, as a browser loads them, that of the page first. */
export async function buildPage(name: string): Promise<ReadonlyMap<string, string>> {
  const built = await build({
    root: pages,
    configFile: false,
    logLevel: 'silent',
    build: { write: false, assetsDir: '', rolldownOptions: { input: join(pages, name) } },
  });
  const [{ output }] = [built].flat() as [Rolldown.RolldownOutput];
  const scripts = output.flatMap((file): [string, string, boolean][] => {
    const path = `/${basename(file.fileName)}`;
    if (file.type === 'chunk') return [[path, file.code, file.isEntry]];
    // A worker is an asset of its page.
    return path.endsWith('.js') ? [[path, String(file.source), false]] : [];
  });
  // Others import from the first by its name.
  const ordered = scripts.toSorted((a, b) => Number(b[2]) - Number(a[2]));
  return new Map(ordered.map(([path, code]) => [path, code]));
}
