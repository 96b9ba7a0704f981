import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const file = join(import.meta.dirname, '../README.md');
const [begin, end] = ['<!-- bench:begin -->', '<!-- bench:end -->'];

/** Replaces the report between the marks in bench/README.md. */
export async function writeReadme(report: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${file} has no ${begin} … ${end}`);
  await writeFile(file, `${text.slice(0, from)}${begin}\n\n${report}\n\n${text.slice(to)}`);
}
