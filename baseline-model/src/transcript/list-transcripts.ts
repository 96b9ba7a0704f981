import { readdir } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { transcriptExtensions } from '../media/find-video.ts';

/** Maximum transcripts that are read for one video. */
const maxTranscripts = 20;
/** The language in `talk.en.vtt`, `talk.pt-BR.srt` or `talk.zh_Hant.vtt`. */
const languageTag = /^[a-z]{2,3}([-_][a-z\d]{2,8})*$/i;

interface Candidate {
  name: string;
  /** From its name, if that has one. */
  language: string | undefined;
  /** Index in `transcriptExtensions`. */
  format: number;
}

/**
 * File names of possible transcripts in the folder of a video, the best first: those in the spoken language, those that
 * name no language, then the others; WebVTT before SRT. NFC and NFD are the same name.
 */
export async function listTranscripts(
  videoPath: string,
  spokenLanguage?: string | null,
): Promise<string[]> {
  const video = basename(videoPath).normalize();
  const names = await readdir(dirname(videoPath));
  const all = new Set(names.map((name) => name.normalize()));
  // `talk.two.vtt` belongs to `talk.two.mp4`, not to `talk.mp4`.
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

/** The usual names of a transcript, for messages. */
export function nameTranscripts(videoPath: string): string[] {
  const stem = basename(videoPath, extname(videoPath));
  return transcriptExtensions.map((extension) => `${stem}${extension}`);
}

/** Transcripts of `talk.mp4` are `talk.vtt`, `talk.mp4.vtt`, `talk.en.vtt` and `talk.mp4.en.vtt`. */
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
