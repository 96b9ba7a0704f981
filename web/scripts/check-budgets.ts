// Says whether what is built keeps its promises: small at first, nothing from elsewhere, nothing inline.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Of all that the first screen loads, compressed, in kB. */
const firstLoadKb = 120;
/** Of what is loaded for one more screen. */
const partKb = 60;
/** Names of formats and links in error messages: written, and never loaded. */
const knownUrls = /^https?:\/\/(?:www\.w3\.org\/|react\.dev\/errors\/)/;

interface Part {
  file: string;
  isEntry?: boolean;
  imports?: string[];
  css?: string[];
  assets?: string[];
}

const dist = join(import.meta.dirname, '../dist');
const problems: string[] = [];

async function sizeOf(file: string): Promise<number> {
  return gzipSync(await readFile(join(dist, file)), { level: 9 }).length / 1_000;
}

async function sizeOfAll(files: Iterable<string>): Promise<number> {
  const sizes = await Promise.all([...files].map(sizeOf));
  return sizes.reduce((total, size) => total + size, 0);
}

const manifest = JSON.parse(await readFile(join(dist, '.vite/manifest.json'), 'utf8')) as Record<
  string,
  Part
>;

/** The files that a part needs, without those of parts that are loaded later. */
function listFiles(name: string, seen = new Set<string>()): Set<string> {
  const { file, imports = [], css = [], assets = [] } = manifest[name]!;
  if (seen.has(file)) return seen;
  for (const it of [file, ...css, ...assets]) seen.add(it);
  for (const it of imports) listFiles(it, seen);
  return seen;
}

const [entry] = Object.entries(manifest).find(([, part]) => part.isEntry)!;
const first = new Set(['index.html', ...listFiles(entry)]);
const firstSize = await sizeOfAll(first);
if (firstSize > firstLoadKb) {
  problems.push(`the first load is ${firstSize.toFixed(1)} kB, and may be ${firstLoadKb}`);
}
for (const name of Object.keys(manifest)) {
  const more = [...listFiles(name)].filter((file) => !first.has(file));
  const size = await sizeOfAll(more);
  if (size > partKb) problems.push(`${name} is ${size.toFixed(1)} kB more, and may be ${partKb}`);
}

const names = (await readdir(join(dist, 'console'))).map((name) => `console/${name}`);
for (const name of ['index.html', ...names]) {
  const text = await readFile(join(dist, name), 'utf8');
  const urls = text.match(/\bhttps?:\/\/[^\s"'`)<>\\]+/g) ?? [];
  for (const url of urls) if (!knownUrls.test(url)) problems.push(`${name} names ${url}`);
  if (name.endsWith('.css') && /url\((?!["']?\.?\/)/.test(text)) {
    problems.push(`${name} loads something that is not a file beside it`);
  }
}
const page = await readFile(join(dist, 'index.html'), 'utf8');
if (/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i.test(page)) {
  problems.push('index.html has something inline, which its policy forbids');
}

for (const problem of problems) console.error(`console: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
else console.log(`console: ${firstSize.toFixed(1)} kB at first, of ${firstLoadKb}`);
