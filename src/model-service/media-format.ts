import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { withTimeout } from '../platform/timeout.ts';

/** What the container of a video says of it; null where it does not. */
export interface MediaFormat {
  /** Pixels, as it is shown. */
  width: number | null;
  height: number | null;
  durationSeconds: number | null;
  /** Frames a second, on average. */
  frameRate: number | null;
}

/** As much as a file is given, however damaged it is. */
const readWithinMs = 5_000;
const maxHeapMb = 256;
/** Whoever waits longer for the files of others goes without: what is not known is filled in when it is asked for again. */
const waitAtMostMs = 6_000;

/** Of what no video has, nothing is believed. */
const known = (max: number) => z.number().positive().max(max).nullable().catch(null);
const formatSchema = z.object({
  width: known(65_535),
  height: known(65_535),
  durationSeconds: known(30 * 24 * 3_600),
  frameRate: known(1_000),
});

/** Undefined if there is no such file here, or if it is no video that can be read. Files are read one after the other. */
export function createMediaFormats(): (file: string) => Promise<MediaFormat | undefined> {
  let last: Promise<unknown> = Promise.resolve();
  return async (file) => {
    if (!(await isFile(file))) return undefined;
    let isGivenUp = false;
    const read = last.then(async () => (isGivenUp ? undefined : readInThread(file)));
    last = read;
    try {
      return await withTimeout(read, waitAtMostMs);
    } catch {
      isGivenUp = true;
      return undefined;
    }
  };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false; // missing, or not to be read by us
  }
}

/** In a thread of its own, as what others have written may take long to parse, and much memory. */
async function readInThread(file: string): Promise<MediaFormat | undefined> {
  const worker = new Worker(new URL('media-format-thread.ts', import.meta.url), {
    workerData: file,
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    env: {},
    execArgv: [],
  });
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => void worker.terminate(), readWithinMs);
  let format: MediaFormat | undefined;
  worker.on('message', (message: unknown) => {
    format = formatSchema.safeParse(message).data;
  });
  worker.on('error', () => undefined); // out of memory: it ends without a word
  worker.on('exit', () => resolve());
  await ended;
  clearTimeout(timer);
  return format;
}
