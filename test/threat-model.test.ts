import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const page = await readFile(join(import.meta.dirname, '../docs/security.md'), 'utf8');

/** What the last column of the tables of threats names: a file in this folder, and mostly a title in it. */
const rows = [
  ...page.matchAll(
    /^\| (?<threat>.+) \| .+ \| `(?<file>[\w./-]+\.test\.ts)(?: › (?<title>[^`]+))?` \|$/gm,
  ),
].map(({ groups }) => groups as { threat: string; file: string; title?: string });

test('every row of every table of threats names a test', () => {
  const tables = page
    .split('| threat | what holds it | shown by |\n| --- | --- | --- |\n')
    .slice(1);
  const lines = tables.flatMap((table) => table.slice(0, table.indexOf('\n\n')).split('\n'));
  expect(lines.length).toBeGreaterThan(20);
  expect(rows).toHaveLength(lines.length);
});

test.each(rows)('$threat: $file is there, and has $title', async ({ file, title = '' }) => {
  expect(await readFile(join(import.meta.dirname, file), 'utf8')).toContain(title);
});
