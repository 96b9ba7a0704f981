import { basename } from 'node:path';
import { getVideoPath } from '../media/find-video.ts';
import type { Cue } from '../transcript/cue-text.ts';
import { cutCues } from '../transcript/cut-cues.ts';
import { readTranscript } from '../transcript/read-transcript.ts';
import type { Work } from '../work.ts';

export interface SpeechContext {
  mediaRoot: string;
  work: Work;
}

export interface Speech {
  path: string;
  cues: readonly Cue[];
}

/** The transcript beside an audio or video file; throws HttpError 404 if there is no such file or no transcript. */
export async function readSpeech(
  audioPath: string,
  language: string | null | undefined,
  { mediaRoot, work }: SpeechContext,
): Promise<Speech> {
  const named = { video_id: basename(audioPath), video_path: audioPath };
  const path = await getVideoPath(mediaRoot, named);
  const place = { mediaRoot, videoPath: path, spokenLanguage: language };
  const { fileName, cues } = await readTranscript(place, work);
  await work.step(0.4, 'Reading the transcript');
  work.log(
    'info',
    `${fileName}: ${cues.length} cues, as they are written; nothing was listened to`,
  );
  return { path, cues: cutCues(cues, work) };
}
