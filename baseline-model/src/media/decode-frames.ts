import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter } from 'node:path';
import type { Readable } from 'node:stream';
import { HttpError } from '../http/http-error.ts';
import type { Work } from '../work.ts';
import { maxPixels, type Video, type VideoReader } from './video.ts';

/** A decoded frame, scaled down. */
export interface Frame {
  /** From 0, in the order in which frames are shown. */
  number: number;
  /** Red, green and blue of each pixel, row by row. */
  pixels: Uint8Array;
}

/** Frames are scaled down to this many pixels on their longer side. */
const maxSide = 320;
/** A frame closer to the start is reached by decoding all before it, a later one by a seek. */
const seekFrom = 250;
/** ffmpeg is killed when it has not sent anything for so long. */
const stalledAfterMs = 60_000;
const maxMessageLength = 2_000;
/** Where ffmpeg is looked for by a thread, which has no environment. */
const usualFolders = ['/usr/local/bin', '/opt/homebrew/bin', '/usr/bin', '/bin'];

/** What calls that look at frames are handed. */
export interface FramesContext {
  mediaRoot: string;
  videos: VideoReader;
  /** Folders in which ffmpeg is looked for, in the form of PATH; the usual ones by default. */
  programPath?: string | undefined;
  work: Work;
}

/** The size to which the frames of a video are scaled down. */
export function scaledSize({ width, height }: Pick<Video, 'width' | 'height'>) {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

/**
 * Decodes the frames from `first` to `last` by ffmpeg, one at a time as they are taken; ffmpeg ends with the generator.
 * Frames that cannot be decoded are missing. Throws HttpError 400 without ffmpeg, and 422 if not even the start of the video
 * can be decoded.
 */
export async function* decodeFrames(
  video: Video,
  { first, last }: { first: number; last: number },
  {
    programPath = usualFolders.join(delimiter),
    work: { signal },
  }: Pick<FramesContext, 'programPath'> & { work: Pick<Work, 'signal'> },
): AsyncGenerator<Frame> {
  signal.throwIfAborted();
  const start = first < seekFrom || !video.isSeekable ? 0 : first;
  const ffmpeg = spawn('ffmpeg', toArguments(video, start, last), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: programPath },
    windowsHide: true,
  });
  const kill = () => ffmpeg.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  try {
    await whenSpawned(once(ffmpeg, 'spawn'));
    // From now on an error means that ffmpeg had ended before it was killed.
    ffmpeg.on('error', () => undefined);
    const closed = once(ffmpeg, 'close');
    const message = readTail(ffmpeg.stderr);
    const { width, height } = scaledSize(video);
    let number = start;
    for await (const pixels of cutFrames(readChunks(ffmpeg.stdout, video), width * height * 3)) {
      signal.throwIfAborted();
      if (number >= first) yield { number, pixels };
      number += 1;
    }
    await closed;
    signal.throwIfAborted();
    if (number === start) refuse(video, start, message());
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
}

/** Safe for any name of a file: it is a URL of the one protocol that is allowed, and its demuxer is given. */
function toArguments(video: Video, start: number, last: number): string[] {
  const { path, demuxer, stream, timestamps } = video;
  const { width, height } = scaledSize(video);
  // Between two frames, so that rounding cannot choose the wrong one.
  const seconds = start === 0 ? 0 : (timestamps[start - 1]! + timestamps[start]!) / 2;
  const seek = start === 0 ? [] : ['-seek_timestamp', '1', '-ss', seconds.toFixed(6)];
  const input = ['-protocol_whitelist', 'file', '-f', demuxer, '-i', `file:${path}`];
  const scale = `scale=${width}:${height}:flags=area+accurate_rnd+bitexact`;
  const output = ['-fps_mode', 'passthrough', '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'];
  // The frames may be larger than their container says.
  const bounds = ['-threads', '2', '-max_pixels', String(maxPixels)];
  const choice = ['-map', `0:v:${stream}`, '-frames:v', String(last - start + 1)];
  return [
    '-v',
    'error',
    '-nostdin',
    ...bounds,
    ...seek,
    ...input,
    ...choice,
    '-vf',
    scale,
    ...output,
  ];
}

async function whenSpawned(spawned: Promise<unknown>): Promise<void> {
  try {
    await spawned;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing) throw error;
    // Of the statuses that are final for a job, the one whose reason its owner can read.
    throw new HttpError(
      400,
      'This model service cannot look at frames without ffmpeg. Install ffmpeg 5.1 or newer (Debian: apt-get install ffmpeg) where it runs',
    );
  }
}

/** Throws HttpError 422 when ffmpeg sends nothing for too long. */
async function* readChunks(stdout: Readable, { fileName }: Video): AsyncGenerator<Buffer> {
  const chunks = (stdout as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  for (;;) {
    const stalled = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      stalled.reject(new HttpError(422, `${fileName} takes too long to decode`));
    }, stalledAfterMs);
    const next = await Promise.race([chunks.next(), stalled.promise]).finally(() => {
      clearTimeout(timer);
    });
    if (next.done === true) return;
    yield next.value;
  }
}

async function* cutFrames(
  chunks: AsyncIterable<Buffer>,
  bytes: number,
): AsyncGenerator<Uint8Array> {
  let pixels = new Uint8Array(bytes);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const taken = Math.min(bytes - filled, chunk.length - at);
      pixels.set(chunk.subarray(at, at + taken), filled);
      at += taken;
      filled += taken;
      if (filled < bytes) continue;
      yield pixels;
      pixels = new Uint8Array(bytes);
      filled = 0;
    }
  }
}

/** Keeps the end of what ffmpeg reports. */
function readTail(stderr: Readable): () => string {
  let tail = '';
  stderr.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-maxMessageLength);
  });
  return () => tail;
}

/** Throws HttpError if ffmpeg gave no frames for another reason than a damage that begins later. */
function refuse({ fileName }: Video, start: number, message: string): void {
  if (/Unrecognized option 'fps_mode'/.test(message)) {
    throw new HttpError(400, 'This model service needs ffmpeg 5.1 or newer to look at frames');
  }
  if (start === 0) {
    throw new HttpError(422, `No frame of ${fileName} can be decoded: the video is damaged`);
  }
}
