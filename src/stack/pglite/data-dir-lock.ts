import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartupError } from '../../errors.ts';

const lockName = 'fovea-jobs.lock';
/** Two processes that start together may block each other at first; one of them gets the lock within this. */
const contentionMs = 1_000;
/** SQLite's primary result code. */
const sqliteBusy = 5;

/** Another process uses the data folder. */
export class FolderInUseError extends StartupError {}

/**
 * Locks a data folder for this process; throws FolderInUseError while another one uses it. It is a kernel lock, taken
 * through SQLite: it ends with its process, however that ends, and it works between containers on a shared volume, where
 * process ids mean nothing. Nothing else in this process may open the file: POSIX would then drop the lock.
 */
export async function lockDataDir(dataDir: string): Promise<Disposable> {
  // The error of access() names the folder, that of SQLite does not.
  await access(dataDir, constants.W_OK | constants.X_OK);
  const file = new DatabaseSync(join(dataDir, lockName), { timeout: contentionMs });
  try {
    file.exec('begin exclusive');
  } catch (error) {
    file.close();
    if (!isBusy(error)) throw error;
    throw new FolderInUseError(
      `${dataDir} is in use by another fovea-jobs, perhaps in another container: stop that one, or set DATA_DIR to another folder.`,
    );
  }
  return { [Symbol.dispose]: () => file.close() };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy;
}
