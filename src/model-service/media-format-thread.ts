import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { MediaFormat } from './media-format.ts';

// `workerData` is the path of a file; the thread posts what its container says, if that can be read, and ends.

/** Packets from which the frame rate is derived. */
const sampledPackets = 200;

enableCompileCache();
const { ALL_FORMATS, FilePathSource, Input } = await import('mediabunny');

async function readFormat(file: string): Promise<MediaFormat> {
  const source = new FilePathSource(file, { handleUnhandledError: () => undefined });
  using input = new Input({ formats: ALL_FORMATS, source });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error('no video');
  const { averagePacketRate } = await track.computePacketStats(sampledPackets);
  return {
    width: Math.round(await track.getDisplayWidth()),
    height: Math.round(await track.getDisplayHeight()),
    durationSeconds: (await input.getDurationFromMetadata()) ?? (await input.computeDuration()),
    frameRate: Math.round(averagePacketRate * 1e6) / 1e6,
  };
}

try {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that of a thread has no origin
  parentPort?.postMessage(await readFormat(workerData as string));
} catch {
  // Damaged, of an unknown kind, or no video.
}
