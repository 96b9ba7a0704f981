import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { StartupError } from '../../errors.ts';

const samplePath = join(import.meta.dirname, '../../../samples/harbour-news.mp4');

/** A video as the API learns of it, and where the built-in model service finds it. */
export interface DemoVideo {
  title: string;
  /** Below the media folder of the model service. */
  path: string;
  mediaRoot: string | undefined;
}

export interface VideoSearch {
  /** The folder that a relative path starts from. */
  from: string;
  /** Null when another model service than ours looks for the video. */
  transcripts: TranscriptSearch | null;
}

/** How the built-in model service finds what is said in a video. */
export interface TranscriptSearch {
  listTranscripts: (videoPath: string) => Promise<readonly string[]>;
  /** What to call one. */
  nameTranscripts: (videoPath: string) => readonly string[];
}

/** The user's video, or the sample; throws StartupError when it or its transcript is not there. */
export async function getDemoVideo(
  path: string | undefined,
  search: VideoSearch,
): Promise<DemoVideo> {
  const title = path === undefined ? 'Harbour News' : basename(path, extname(path));
  const { from, transcripts } = search;
  if (transcripts === null) {
    return { title, path: path ?? basename(samplePath), mediaRoot: undefined };
  }
  const video = resolve(from, path ?? samplePath);
  if (!(await isFile(video))) {
    throw new StartupError(`There is no video at ${video}.`);
  }
  await checkTranscript(video, transcripts);
  return { title, path: basename(video), mediaRoot: dirname(video) };
}

async function checkTranscript(
  video: string,
  { listTranscripts, nameTranscripts }: TranscriptSearch,
): Promise<void> {
  const found = await listTranscripts(video);
  if (found.length > 0) return;
  throw new StartupError(
    [
      `There is no transcript beside ${video}.`,
      `The built-in model service does not listen, it reads: put ${nameTranscripts(video).join(' or ')} into that folder,`,
      'or set MODEL_SERVICE_URL to a model service that watches the video itself.',
    ].join('\n'),
  );
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false; // not there, or not for us: the same here
  }
}
