import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HttpError } from '../http/http-error.ts';
import type { Work } from '../work.ts';
import type { Cue } from './cue-text.ts';
import { findBelow } from '../media/find-video.ts';
import { listTranscripts, nameTranscripts } from './list-transcripts.ts';
import { parseTranscript } from './parse-transcript.ts';

/** Twelve hours of captions with times for each word; the thread's heap is large enough for that. */
const maxTranscriptBytes = 5 * 1024 * 1024;

export interface Transcript {
  fileName: string;
  cues: Cue[];
}

interface Place {
  mediaRoot: string;
  videoPath: string;
  /** A transcript in this language is preferred. */
  spokenLanguage?: string | null | undefined;
}

/**
 * Reads the transcript beside a video and logs what it leaves out; a transcript without spoken words is skipped. Throws
 * HttpError 404 if there is none, 422 if none has spoken words.
 */
export async function readTranscript(
  { mediaRoot, videoPath, spokenLanguage }: Place,
  work: Pick<Work, 'log'>,
): Promise<Transcript> {
  const wordless: string[] = [];
  for (const fileName of await listTranscripts(videoPath, spokenLanguage)) {
    const path = await findBelow(mediaRoot, join(dirname(videoPath), fileName));
    const cues = path ? await readCues(path, fileName, work) : undefined;
    if (cues && cues.length > 0) {
      for (const name of wordless)
        work.log('warn', `${name}: passed over, as nothing is spoken in it`);
      return { fileName, cues };
    }
    if (cues) wordless.push(fileName);
  }
  if (wordless.length > 0) {
    throw new HttpError(422, `The transcript ${wordless[0]} has no spoken words`);
  }
  const names = nameTranscripts(videoPath).join(' and ');
  throw new HttpError(
    404,
    `No transcript beside the video: looked for ${names}. The baseline model reads transcripts, it does not listen`,
  );
}

async function readCues(path: string, fileName: string, work: Pick<Work, 'log'>): Promise<Cue[]> {
  const { size } = await stat(path);
  if (size > maxTranscriptBytes) {
    throw new HttpError(
      422,
      `The transcript ${fileName} is larger than ${maxTranscriptBytes} bytes`,
    );
  }
  const { cues, leftOut } = parseTranscript(decode(await readFile(path)));
  for (const { level, message } of leftOut) work.log(level, `${fileName}: ${message}`);
  return cues;
}

function decode(bytes: Buffer): string {
  const isUtf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) return new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Old SRT files use the code page of the machine that wrote them, most often this one.
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
