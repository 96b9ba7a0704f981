import type { TextAnalyzer, TextReader } from '../text/analyze.ts';
import { readContainer, type Container } from '../media/container.ts';
import { getVideoPath } from '../media/find-video.ts';
import type { Cue } from '../transcript/cue-text.ts';
import { findReader } from '../transcript/find-reader.ts';
import { readTranscript } from '../transcript/read-transcript.ts';
import type { Work } from '../work.ts';
import { speakersOf } from '../transcript/speakers.ts';

export interface ReadContext {
  mediaRoot: string;
  analyzer: TextAnalyzer;
  work: Work;
}

export interface VideoText {
  cues: Cue[];
  container: Container | undefined;
  reader: TextReader;
}

interface Request {
  video_id: string;
  video_path?: string | null | undefined;
  audio_language?: string | null | undefined;
}

/** Reads the transcript and metadata of a video; throws HttpError if there is no transcript. */
export async function readVideo(
  request: Request,
  { mediaRoot, analyzer, work }: ReadContext,
): Promise<VideoText> {
  const videoPath = await getVideoPath(mediaRoot, request);
  const spokenLanguage = request.audio_language;
  const place = { mediaRoot, videoPath, spokenLanguage };
  const { fileName, cues } = await readTranscript(place, work);
  await work.step(0.05, 'Reading the transcript');
  work.log('info', `${fileName}: ${cues.length} cues, ${speakersOf(cues).length} named speakers`);
  const container = await readContainer(videoPath);
  reportDuration(container, cues, work);
  await work.step(0.12, 'Reading the video container');
  const reader = await findReader(cues, analyzer, spokenLanguage);
  work.log('info', `language of the transcript: ${reader.language}`);
  return { cues, container, reader };
}

function reportDuration(container: Container | undefined, cues: readonly Cue[], work: Work): void {
  const spokenUntil = cues.reduce((latest, cue) => Math.max(latest, cue.end), 0);
  const durationS = container?.durationS;
  if (durationS === undefined) {
    work.log(
      'warn',
      `the video's container could not be read; its length is taken from the transcript: ${spokenUntil.toFixed(1)} s`,
    );
  } else if (spokenUntil > durationS + 1) {
    work.log(
      'warn',
      `the transcript runs to ${spokenUntil.toFixed(1)} s, the video ends at ${durationS.toFixed(1)} s`,
    );
  }
}
