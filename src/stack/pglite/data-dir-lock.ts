import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartupError } from '../../errors.ts';

const lockName = 'fovea-jobs.lock';
/** Two that start at the same moment may refuse each other at first; one of them has it within that. */
const contentionMs = 1_000;
/** SQLite's primary result code. */
const sqliteBusy = 5;

/** Another process has the data folder. */
export class FolderInUseError extends StartupError {}

/**
 * Takes a data folder for this process; throws FolderInUseError while another one has it. It is a lock of the kernel, held
 * through SQLite: it ends with its process, however that ends, and on a shared volume it holds between containers, where
 * a process id says nothing. Nobody else in this process may open the file: POSIX would then drop the lock.
 */
export async function lockDataDir(dataDir: string): Promise<Disposable> {
  // Its error names the folder, which SQLite's does not.
  await access(dataDir, constants.W_OK | constants.X_OK);
  const file = new DatabaseSync(join(dataDir, lockName), { timeout: contentionMs });
  try {
    file.exec('begin exclusive');
  } catch (error) {
    file.close();
    if (!isBusy(error)) throw error;
    throw new FolderInUseError(
      `${dataDir} is in use by another fovea-jobs, perhaps in another container: end that one, or set DATA_DIR to another folder.`,
    );
  }
  return { [Symbol.dispose]: () => file.close() };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy;
}
