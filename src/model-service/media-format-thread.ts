import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { MediaFormat } from './media-format.ts';

// `workerData` is the path of a file; the thread posts what its container says, if that can be read, and ends. What it posts
// last is the most exact.

/** Packets from which the frame rate is derived. */
const sampledPackets = 200;

enableCompileCache();
const { ALL_FORMATS, FilePathSource, Input } = await import('mediabunny');

/** Of the picture: sound may go on after its end. What takes longer to find out comes last. */
async function* readFormat(file: string): AsyncGenerator<MediaFormat> {
  const source = new FilePathSource(file, { handleUnhandledError: () => undefined });
  using input = new Input({ formats: ALL_FORMATS, source });
  const track = await input.getPrimaryVideoTrack();
  if (!track) return;
  const { averagePacketRate } = await track.computePacketStats(sampledPackets);
  const format = {
    width: Math.round(await track.getDisplayWidth()),
    height: Math.round(await track.getDisplayHeight()),
    durationSeconds: await track.getDurationFromMetadata(),
    frameRate: Math.round(averagePacketRate * 1e6) / 1e6,
  };
  yield format;
  yield { ...format, durationSeconds: await track.computeDuration() };
}

try {
  for await (const format of readFormat(workerData as string)) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that of a thread has no origin
    parentPort?.postMessage(format);
  }
} catch {
  // Damaged, of an unknown kind, or no video.
}
