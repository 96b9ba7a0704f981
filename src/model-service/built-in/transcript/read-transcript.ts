import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { HttpError } from '../http/http-error.ts';
import type { Work } from '../work.ts';
import { findBelow, transcriptExtensions } from './find-video.ts';
import { parseTranscript, type Cue } from './parse-transcript.ts';

/** Twelve hours of captions that are timed word by word; the heap of the thread holds all that is made of so much. */
const MAX_TRANSCRIPT_BYTES = 5 * 1024 * 1024;

export interface Transcript {
  fileName: string;
  cues: Cue[];
}

/**
 * Reads the transcript beside a video, and logs what it leaves out; throws HttpError 404 if there is none, 422 if nothing
 * is spoken in it.
 */
export async function readTranscript(
  mediaRoot: string,
  videoPath: string,
  work: Pick<Work, 'log'>,
): Promise<Transcript> {
  const stem = basename(videoPath, extname(videoPath));
  const fileNames = transcriptExtensions.map((extension) => `${stem}${extension}`);
  for (const fileName of fileNames) {
    const path = await findBelow(mediaRoot, join(dirname(videoPath), fileName));
    if (path) return { fileName, cues: await readCues(path, fileName, work) };
  }
  throw new HttpError(
    404,
    `No transcript beside the video: looked for ${fileNames.join(' and ')}. The built-in model service reads transcripts, it does not listen`,
  );
}

async function readCues(path: string, fileName: string, work: Pick<Work, 'log'>): Promise<Cue[]> {
  const { size } = await stat(path);
  if (size > MAX_TRANSCRIPT_BYTES) {
    throw new HttpError(
      422,
      `The transcript ${fileName} is larger than ${MAX_TRANSCRIPT_BYTES} bytes`,
    );
  }
  const { cues, leftOut } = parseTranscript(decode(await readFile(path)));
  for (const { level, message } of leftOut) work.log(level, `${fileName}: ${message}`);
  if (cues.length === 0) throw new HttpError(422, `The transcript ${fileName} has no spoken words`);
  return cues;
}

function decode(bytes: Buffer): string {
  const isUtf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) return new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Old SRT files are in the code page of the machine they were made on, most often this one.
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
