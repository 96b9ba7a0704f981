import { readdir } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { transcriptExtensions } from './find-video.ts';

/** Beside one video; more are not read. */
const maxTranscripts = 20;
/** As of `talk.en.vtt`, `talk.pt-BR.srt` or `talk.zh_Hant.vtt`. */
const languageTag = /^[a-z]{2,3}([-_][a-z\d]{2,8})*$/i;

interface Candidate {
  name: string;
  /** Where its name says it. */
  language: string | undefined;
  /** Its place in `transcriptExtensions`. */
  format: number;
}

/**
 * Names of what may be transcripts of a video, in its folder, the best first: those in the language that is spoken, those
 * that name none, then the others; of equal ones WebVTT first. NFC and NFD are the same name.
 */
export async function listTranscripts(
  videoPath: string,
  spokenLanguage?: string | null,
): Promise<string[]> {
  const video = basename(videoPath).normalize();
  const names = await readdir(dirname(videoPath));
  const all = new Set(names.map((name) => name.normalize()));
  // What is beside a `talk.two.mp4` is not of `talk.mp4`.
  const isOfAnother = (stem: string) => all.has(`${stem}${extname(video)}`);
  const rank = ({ language }: Candidate) => {
    if (language === undefined) return 1;
    return spokenLanguage && primaryTag(language) === primaryTag(spokenLanguage) ? 0 : 2;
  };
  return names
    .flatMap((name) => readName(name, video, isOfAnother) ?? [])
    .toSorted((a, b) => rank(a) - rank(b) || a.format - b.format || (a.name < b.name ? -1 : 1))
    .slice(0, maxTranscripts)
    .map(({ name }) => name);
}

/** The names that a transcript most often has, for messages. */
export function nameTranscripts(videoPath: string): string[] {
  const stem = basename(videoPath, extname(videoPath));
  return transcriptExtensions.map((extension) => `${stem}${extension}`);
}

/** Of `talk.mp4`, `talk.vtt`, `talk.mp4.vtt`, `talk.en.vtt` and `talk.mp4.en.vtt` are transcripts. */
function readName(
  name: string,
  video: string,
  isOfAnother: (stem: string) => boolean,
): Candidate | undefined {
  const extension = extname(name);
  const format = transcriptExtensions.findIndex((it) => it === extension.toLowerCase());
  if (format === -1) return undefined;
  const stem = basename(name, extension).normalize();
  for (const start of [video, basename(video, extname(video))]) {
    if (stem === start) return { name, language: undefined, format };
    const language = stem.slice(start.length + 1);
    if (stem.startsWith(`${start}.`) && languageTag.test(language) && !isOfAnother(stem)) {
      return { name, language, format };
    }
  }
  return undefined;
}

function primaryTag(language: string): string {
  return language.split(/[-_]/)[0]!.toLowerCase();
}
