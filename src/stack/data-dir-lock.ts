import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from '../errors.ts';

const lockName = 'fovea-jobs.pid';

/** Takes a data folder for this process; throws StartupError while another one that lives has it. */
export async function lockDataDir(dataDir: string): Promise<AsyncDisposable> {
  const path = join(dataDir, lockName);
  await removeStale(path, dataDir);
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
  } catch (error) {
    if (isCode(error, 'EEXIST')) throw inUse(dataDir, 'another process');
    throw error;
  }
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

/** A process that was killed has left its lock behind. */
async function removeStale(path: string, dataDir: string): Promise<void> {
  const holder = Number(await readFile(path, 'utf8').catch(() => ''));
  if (holder > 0 && holder !== process.pid && isAlive(holder)) {
    throw inUse(dataDir, `process ${holder}`);
  }
  if (holder === process.pid) throw inUse(dataDir, 'this process');
  await rm(path, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, and belongs to somebody else.
    return isCode(error, 'EPERM');
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function inUse(dataDir: string, holder: string): StartupError {
  return new StartupError(
    `${dataDir} is in use by ${holder}: end it, or set DATA_DIR to another folder.`,
  );
}
