// What the client adds to a page's first load, in bytes, as Vite bundles it, minified and by gzip. Fails beyond the budget.
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import type { Plugin, Rolldown } from 'vite';

const source = join(import.meta.dirname, '../src');

interface Budget {
  name: string;
  /** What an app imports from the package. */
  imports: Record<string, string>;
  /** What it has anyway. */
  beside?: string;
  most: number;
}

const core = { createJobs: 'index.ts' };
const budgets: readonly Budget[] = [
  { name: 'core', imports: core, most: 5_000 },
  { name: 'react', imports: { ...core, '*': 'react/index.ts' }, beside: 'core', most: 2_000 },
  { name: 'apollo', imports: { resumableJobs: 'apollo/index.ts' }, most: 3_150 },
  { name: 'urql', imports: { jobsExchange: 'urql/index.ts' }, most: 3_700 },
];
const peers = [/^@apollo\/client/, /^@urql\/core/, 'graphql', 'react', 'rxjs', 'wonka'];

/** An app that is nothing but its imports. */
function createApp(imports: Budget['imports']): Plugin {
  const lines = Object.entries(imports).map(([name, path], index) => {
    const names = name === '*' ? `* as used${index}` : `{ ${name} as used${index} }`;
    return `import ${names} from '${source}/${path}'; globalThis.used${index} = used${index};`;
  });
  return {
    name: 'app',
    resolveId: (id) => (id === 'app' ? '\0app' : undefined),
    load: (id) => {
      if (id === '\0app') return lines.join('\n');
      // Vite's own, which is there once in any app that loads something late.
      if (id === '\0vite/preload-helper.js')
        return 'export const __vitePreload = (load) => load();';
      return undefined;
    },
  };
}

/** The bytes of the first load, and of what is loaded when it is needed. */
async function measure(imports: Budget['imports']) {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    root: source,
    plugins: [createApp(imports)],
    build: {
      write: false,
      modulePreload: false,
      // Hashes in names would be other bytes after each change.
      rolldownOptions: { input: 'app', external: peers, output: { chunkFileNames: '[name].js' } },
    },
  });
  const [{ output }] = [built].flat() as [Rolldown.RolldownOutput];
  const chunks = new Map(
    output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file]] : [])),
  );
  const first = new Set<string>();
  const add = (name: string): void => {
    if (!chunks.has(name) || first.has(name)) return;
    first.add(name);
    for (const imported of chunks.get(name)!.imports) add(imported);
  };
  for (const { fileName, isEntry } of chunks.values()) if (isEntry) add(fileName);
  let bytes = 0;
  const late: string[] = [];
  for (const { fileName, name, code } of chunks.values()) {
    const size = gzipSync(code, { level: 9 }).length;
    if (first.has(fileName)) bytes += size;
    else late.push(`${name} ${size}`);
  }
  return { bytes, late };
}

const measured = new Map<string, number>();
for (const { name, imports, beside, most } of budgets) {
  const { bytes, late } = await measure(imports);
  const own = bytes - (beside === undefined ? 0 : measured.get(beside)!);
  measured.set(name, own);
  const isWithin = own <= most;
  const details = beside === undefined && late.length > 0 ? `; later: ${late.join(', ')}` : '';
  console.log(`${isWithin ? 'ok' : 'TOO LARGE'}: ${name} ${own} of ${most} bytes${details}`);
  if (!isWithin) process.exitCode = 1;
}
