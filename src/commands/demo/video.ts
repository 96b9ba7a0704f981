import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { StartupError } from '../../errors.ts';

const samples = join(import.meta.dirname, '../../../samples');
const samplePath = join(samples, 'harbour-news.mp4');
/** In which things move, for the jobs that look at frames. */
const movingSample = 'crossing-shapes.mp4';

/** A video to register, and the folder in which the baseline model finds it. */
export interface DemoVideo {
  title: string;
  /** Relative to the media folder of the model service. */
  path: string;
  mediaRoot: string | undefined;
  /** The path of the video in which objects are tracked. */
  movingPath: string;
}

export interface VideoSearch {
  /** The folder of a relative path. */
  from: string;
  /** Whether the baseline model is used; another model service finds the video by itself. */
  needsTranscript: boolean;
}

/** The formats that the baseline model reads. */
const transcriptExtensions = ['.vtt', '.srt'];

/** The user's video or the sample; throws StartupError if the video or its transcript is missing. */
export async function getDemoVideo(
  path: string | undefined,
  search: VideoSearch,
): Promise<DemoVideo> {
  const title = path === undefined ? 'Harbour News' : basename(path, extname(path));
  const { from, needsTranscript } = search;
  if (!needsTranscript) {
    const found = path ?? basename(samplePath);
    return { title, path: found, mediaRoot: undefined, movingPath: path ?? movingSample };
  }
  const video = resolve(from, path ?? samplePath);
  if (!(await isFile(video))) {
    throw new StartupError(`There is no video at ${video}.`);
  }
  await checkTranscript(video);
  const movingPath = path === undefined ? movingSample : basename(video);
  return { title, path: basename(video), mediaRoot: dirname(video), movingPath };
}

/** Reports a missing transcript early; whether one can be parsed, the baseline model finds out. */
async function checkTranscript(video: string): Promise<void> {
  const stem = basename(video, extname(video));
  const isTranscript = (name: string) =>
    name.normalize().startsWith(`${stem.normalize()}.`) &&
    transcriptExtensions.includes(extname(name).toLowerCase());
  if ((await readdir(dirname(video))).some(isTranscript)) return;
  const expected = transcriptExtensions.map((extension) => `${stem}${extension}`);
  throw new StartupError(
    [
      `There is no transcript beside ${video}.`,
      `The baseline model reads transcripts only: put ${expected.join(' or ')} into that folder,`,
      'or set MODEL_SERVICE_URL to a model service that processes the video itself.',
    ].join('\n'),
  );
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false; // missing or unreadable
  }
}
