import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { HttpError } from '../http/http-error.ts';
import { createTurns } from '../work.ts';
import { openInput } from './container.ts';

/** What is needed to decode frames of a video by their numbers. */
export interface Video {
  path: string;
  fileName: string;
  /** Pixels, as shown. */
  width: number;
  height: number;
  /** Frames per second on average. */
  frameRate: number;
  /** When each frame is shown, in seconds; frame n is the n-th that is shown. */
  timestamps: Float64Array;
  /** Name of ffmpeg's demuxer for the container. */
  demuxer: string;
  /** Place of the track among the video tracks, from 0. */
  stream: number;
  /** Whether ffmpeg finds a frame by its time. */
  isSeekable: boolean;
}

/** Reads videos, and remembers the last ones as long as their files stay as they are. */
export interface VideoReader {
  /** Throws HttpError 422 if the file cannot be read as a video. */
  read: (path: string, signal: AbortSignal) => Promise<Video>;
}

const maxRemembered = 8;
/** Ten hours at 60 frames a second; the times of so many take 17 MB. */
const maxFrames = 2_200_000;
/** 8K, 7680 × 4320, and somewhat more. */
export const maxPixels = 36_000_000;
/** Rounding of times, in seconds. */
const tolerance = 1e-6;

/** ffmpeg's demuxers by mediabunny's names; others could open further files that a playlist names. */
const demuxers: Readonly<Record<string, string>> = {
  MP4: 'mov',
  'QuickTime File Format': 'mov',
  Matroska: 'matroska',
  WebM: 'matroska',
  'MPEG Transport Stream': 'mpegts',
  Ogg: 'ogg',
};

export function createVideoReader(): VideoReader {
  const remembered = new Map<string, Video>();
  return {
    read: async (path, signal) => {
      const { size, mtimeMs } = await stat(path);
      const key = `${size} ${mtimeMs} ${path}`;
      const video = remembered.get(key) ?? (await readVideo(path, signal));
      remembered.delete(key);
      remembered.set(key, video);
      for (const oldest of remembered.keys()) {
        if (remembered.size <= maxRemembered) break;
        remembered.delete(oldest);
      }
      return video;
    },
  };
}

async function readVideo(path: string, signal: AbortSignal): Promise<Video> {
  try {
    return await readTrack(path, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof HttpError) throw error;
    // The reason is a detail of the parser.
    throw unreadable(path);
  }
}

async function readTrack(path: string, signal: AbortSignal): Promise<Video> {
  const { EncodedPacketSink } = await import('mediabunny');
  using input = await openInput(path);
  const demuxer = demuxers[(await input.getFormat()).name];
  const track = await input.getPrimaryVideoTrack();
  if (!demuxer || !track) throw unreadable(path);
  const times: number[] = [];
  let isCutWithinFrame = false;
  const takeTurn = createTurns({ signal });
  const packets = new EncodedPacketSink(track).packets(undefined, undefined, {
    metadataOnly: true,
  });
  for await (const { timestamp, duration } of packets) {
    await takeTurn();
    // What begins before the start is not shown: later frames need it to be decoded.
    if (timestamp > -tolerance) times.push(timestamp);
    else if (timestamp + duration > tolerance) isCutWithinFrame = true;
    if (times.length > maxFrames) {
      throw new HttpError(422, `The video has more than ${maxFrames} frames`);
    }
  }
  const width = Math.round(await track.getDisplayWidth());
  const height = Math.round(await track.getDisplayHeight());
  if (times.length === 0 || !(width * height > 0)) throw unreadable(path);
  if (width * height > maxPixels) {
    throw new HttpError(422, `The frames of the video have more than ${maxPixels} pixels`);
  }
  // Packets are in the order in which they are decoded.
  const timestamps = Float64Array.from(times).toSorted();
  // ffmpeg moves all times when an MP4 is cut within a frame, and misses frames of containers without an index.
  const isSeekable = demuxer === 'matroska' || (demuxer === 'mov' && !isCutWithinFrame);
  return {
    path,
    fileName: basename(path),
    width,
    height,
    frameRate: rateOf(timestamps),
    timestamps,
    demuxer,
    stream: track.number - 1,
    isSeekable,
  };
}

function rateOf(timestamps: Float64Array): number {
  const seconds = timestamps.at(-1)! - timestamps[0]!;
  return seconds > 0 ? (timestamps.length - 1) / seconds : 1;
}

function unreadable(path: string): HttpError {
  return new HttpError(
    422,
    `${basename(path)} cannot be read as a video: it is damaged, or neither MP4, MOV, WebM, Matroska, Ogg nor MPEG-TS`,
  );
}
