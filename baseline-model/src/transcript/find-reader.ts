import type { TextAnalyzer, TextReader } from '../text/analyze.ts';
import type { Cue } from './cue-text.ts';

/** Cues from which the language is detected. */
const sampledCues = 200;

/** The reader for the language of a transcript. */
export function findReader(
  cues: readonly Cue[],
  analyzer: TextAnalyzer,
  spokenLanguage: string | null | undefined,
): Promise<TextReader> {
  const sample = cues.slice(0, sampledCues).map((cue) => cue.text);
  return analyzer.readerFor(sample.join(' '), spokenLanguage);
}
