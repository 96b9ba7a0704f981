import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderInUseError, lockDataDir } from '../../../src/stack/pglite/data-dir-lock.ts';
import { openDatabase } from '../../../src/stack/pglite/prepared-database.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'fovea-data-'));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** Takes the folder in a process of its own, until killed; says whether it has it. */
async function lockElsewhere(folder: string) {
  const program = `
    import { lockDataDir } from ${JSON.stringify(join(import.meta.dirname, '../../../src/stack/pglite/data-dir-lock.ts'))};
    globalThis.lock = await lockDataDir(${JSON.stringify(folder)}).catch((error) => error.constructor);
    console.log(globalThis.lock.name ?? 'locked');
    setInterval(() => undefined, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  return {
    said: String(said).trim(),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

test('a data folder is free again once its process is killed, whoever has its pid now', async () => {
  // As earlier versions left it.
  await writeFile(join(dataDir, 'fovea-jobs.pid'), String(process.pid));
  {
    await using holder = await lockElsewhere(dataDir);
    expect(holder.said).toBe('locked');
    await expect(lockDataDir(dataDir)).rejects.toThrow(FolderInUseError);
  }
  using lock = await lockDataDir(dataDir);
  expect(lock).toBeDefined();
});

test('a process cannot take a data folder twice', async () => {
  {
    using lock = await lockDataDir(dataDir);
    expect(lock).toBeDefined();
    await expect(lockDataDir(dataDir)).rejects.toThrow(/is in use by another fovea-jobs/);
    await using other = await lockElsewhere(dataDir);
    expect(other.said).toBe('FolderInUseError');
  }
  using again = await lockDataDir(dataDir);
  expect(again).toBeDefined();
});

test('of those that start at the same moment, one has the data folder', async () => {
  const starters = await Promise.all(Array.from({ length: 4 }, () => lockElsewhere(dataDir)));
  const said = starters.map((it) => it.said).toSorted();
  await Promise.all(starters.map((it) => it[Symbol.asyncDispose]()));
  expect(said).toEqual([...Array.from({ length: 3 }, () => 'FolderInUseError'), 'locked']);
});

test('what a start left that was killed while it made the database is not taken for one', async () => {
  const folder = join(dataDir, 'postgres');
  await mkdir(join(dataDir, 'postgres.unfinished/base'), { recursive: true });
  await writeFile(join(dataDir, 'postgres.unfinished/PG_VERSION'), '1');
  await mkdir(folder);
  const database = await openDatabase(folder);
  expect((await database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await database.close();
  expect(await readdir(dataDir)).toEqual(['postgres']);
});
