import { constants } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { lstat, open, readlink, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { createTurns } from '../platform/take-turns.ts';
import { withTimeout } from '../platform/timeout.ts';

/** What is known of a file as it is open: it may be changed meanwhile. */
export interface FileState {
  /** Bytes. */
  size: number;
  /** In nanoseconds since 1970. */
  modifiedNs: bigint;
}

/** An open regular file below a media folder. */
export interface MediaFile extends AsyncDisposable, FileState {
  /** Up to so many bytes from a position on; empty at the end of the file. */
  read: (position: number, length: number) => Promise<Uint8Array>;
  /** As it is now. */
  readState: () => Promise<FileState>;
}

/** Of the four threads that all of a process' file operations and look-ups of names share, those for media. */
const threads = 2;
/** How long a file system may take to answer. */
const answerWithinMs = 10_000;
const rememberedMs = 5_000;
const maxRemembered = 10_000;
/** A FIFO is opened without waiting for who writes to it, and a terminal does not become that of this process. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/**
 * Opens files by absolute paths; undefined for what is no regular file, or not below one of these folders once links are
 * followed, or hidden (`.name`), or not for this process to read. Rejects with TimeoutError.
 */
export function createFileOpener(folders: readonly string[]) {
  const take = createTurns(threads);
  const inTime = <Result>(run: () => Promise<Result>) => withTimeout(take(run), answerWithinMs);

  return async (path: string): Promise<MediaFile | undefined> => {
    const opening = take(async () => openBelow(folders, path));
    const opened = await withTimeout(opening, answerWithinMs).catch((error: unknown) => {
      void opening.then((late) => late?.handle.close());
      throw error;
    });
    if (!opened) return undefined;
    const { handle, stats } = opened;
    return {
      ...toState(stats),
      read: (position, length) =>
        inTime(async () => {
          const buffer = Buffer.allocUnsafe(length);
          const { bytesRead } = await handle.read(buffer, 0, length, position);
          return buffer.subarray(0, bytesRead);
        }),
      readState: async () => toState(await inTime(() => handle.stat({ bigint: true }))),
      [Symbol.asyncDispose]: () => handle.close(),
    };
  };
}

function toState({ size, mtimeNs }: BigIntStats): FileState {
  return { size: Number(size), modifiedNs: mtimeNs };
}

interface Opened {
  handle: FileHandle;
  stats: BigIntStats;
}

/** All that is asked is asked of the open file: its path may lead elsewhere a moment later. */
async function openBelow(folders: readonly string[], path: string): Promise<Opened | undefined> {
  await using opening = new AsyncDisposableStack();
  try {
    const handle = await open(path, flags);
    const closing = opening.adopt(handle, () => handle.close());
    const stats = await closing.stat({ bigint: true });
    if (!stats.isFile()) return undefined;
    const place = await findPlace(handle, path, stats);
    if (place === undefined || !(await isBelowAny(folders, place))) return undefined;
    opening.move();
    return { handle, stats };
  } catch {
    return undefined; // missing, not to be read by us, or no name of a file
  }
}

/** Where an open file is, without links; undefined if that cannot be told. */
async function findPlace(
  { fd }: FileHandle,
  path: string,
  { dev, ino }: BigIntStats,
): Promise<string | undefined> {
  try {
    return await readlink(`/proc/self/fd/${fd}`);
  } catch {
    // Not Linux: where the path leads now, if that is this file.
    const place = await realpath(path);
    const there = await lstat(place, { bigint: true });
    return there.dev === dev && there.ino === ino ? place : undefined;
  }
}

async function isBelowAny(folders: readonly string[], place: string): Promise<boolean> {
  for (const folder of folders) {
    const real = await realpath(folder || '/').catch(() => undefined); // it need not exist
    const above = real === undefined || real.endsWith('/') ? real : `${real}/`;
    if (above !== undefined && place.startsWith(above)) return !isHidden(place.slice(above.length));
  }
  return false;
}

/** Settings and repositories are hidden, and videos are not. */
function isHidden(path: string): boolean {
  return path.split('/').some((name) => name.startsWith('.'));
}

/** Whether files can be opened, as lists of videos ask again and again: up to some seconds old. */
export function rememberFiles(
  open: (path: string) => Promise<MediaFile | undefined>,
): (path: string) => Promise<boolean> {
  const known = new LRUCache<string, Promise<boolean>>({ max: maxRemembered, ttl: rememberedMs });
  const isThere = async (path: string) => {
    try {
      await using file = await open(path);
      return file !== undefined;
    } catch {
      return false; // the file system does not answer
    }
  };
  return async (path) => {
    const found = known.get(path) ?? isThere(path);
    if (!known.has(path)) known.set(path, found);
    return found;
  };
}
