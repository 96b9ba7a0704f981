import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { StartupError } from '../../errors.ts';

const samplePath = join(import.meta.dirname, '../../../samples/harbour-news.mp4');

/** A video as the API learns of it, and where the baseline model finds it. */
export interface DemoVideo {
  title: string;
  /** Below the media folder of the model service. */
  path: string;
  mediaRoot: string | undefined;
}

export interface VideoSearch {
  /** The folder that a relative path starts from. */
  from: string;
  /** Whether the baseline model is used; another model service finds the video by itself. */
  needsTranscript: boolean;
}

/** What the baseline model reads; which of them it prefers is its own affair. */
const transcriptExtensions = ['.vtt', '.srt'];

/** The user's video, or the sample; throws StartupError when it or its transcript is not there. */
export async function getDemoVideo(
  path: string | undefined,
  search: VideoSearch,
): Promise<DemoVideo> {
  const title = path === undefined ? 'Harbour IncomingUpdate' : basename(path, extname(path));
  const { from, needsTranscript } = search;
  if (!needsTranscript) {
    return { title, path: path ?? basename(samplePath), mediaRoot: undefined };
  }
  const video = resolve(from, path ?? samplePath);
  if (!(await isFile(video))) {
    throw new StartupError(`There is no video at ${video}.`);
  }
  await checkTranscript(video);
  return { title, path: basename(video), mediaRoot: dirname(video) };
}

/** Finds at once what is plainly missing: whether a file is of use, the baseline model says when it reads it. */
async function checkTranscript(video: string): Promise<void> {
  const stem = basename(video, extname(video));
  const isTranscript = (name: string) =>
    name.normalize().startsWith(`${stem.normalize()}.`) &&
    transcriptExtensions.includes(extname(name).toLowerCase());
  if ((await readdir(dirname(video))).some(isTranscript)) return;
  const wanted = transcriptExtensions.map((extension) => `${stem}${extension}`);
  throw new StartupError(
    [
      `There is no transcript beside ${video}.`,
      `The baseline model does not listen, it reads: put ${wanted.join(' or ')} into that folder,`,
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
