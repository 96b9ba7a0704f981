import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';

// Creating a database takes seconds, unpacking one does not. `npm install` prepares one; without it, the first start creates one.
const cache = join(import.meta.dirname, '../../../node_modules/.cache/fovea-jobs');

/** The path has the version of PGlite in its name. */
async function findPath(): Promise<string> {
  const entry = fileURLToPath(import.meta.resolve('@electric-sql/pglite'));
  const manifest = await readFile(join(dirname(entry), '../package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  return join(cache, `pglite-${version}.tar.gz`);
}

/** Creates a database, lets `migrate` fill it, and stores it for new data folders; returns its path. */
export async function prepareDatabase(migrate: (pglite: PGlite) => Promise<void>): Promise<string> {
  await using pglite = await PGlite.create();
  await migrate(pglite);
  const archive = await pglite.dumpDataDir('gzip');
  await mkdir(cache, { recursive: true });
  const path = await findPath();
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, Buffer.from(await archive.arrayBuffer()));
  await rename(unfinished, path);
  return path;
}

/** Opens the database in a folder; a new folder gets a copy of the prepared one, if there is one. */
export async function openDatabase(folder: string): Promise<PGlite> {
  if (await isNew(folder)) await createDatabase(folder);
  return PGlite.create(folder);
}

async function isNew(folder: string): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  return (await readdir(folder)).length === 0;
}

/** Creates it under another name first, so that a killed start leaves nothing that looks like a database. */
async function createDatabase(folder: string): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const prepared = await readPrepared();
  const pglite = await PGlite.create(unfinished, prepared ? { loadDataDir: prepared } : {});
  await pglite.close();
  await rename(unfinished, folder);
}

async function readPrepared(): Promise<Blob | undefined> {
  try {
    return new Blob([await readFile(await findPath())]);
  } catch {
    // None was prepared: PGlite creates one itself.
    return undefined;
  }
}
