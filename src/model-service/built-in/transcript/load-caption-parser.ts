/** A cue as the parser gives it; times in seconds. */
export interface ParsedCue {
  startTime: number;
  endTime: number;
}

export type CueNode =
  | { type: 'text'; data: string }
  | { type: Exclude<string, 'text'>; voice?: string; data?: undefined; children: CueNode[] };

interface CaptionParser {
  parseText: (
    text: string,
    options: { type: 'vtt'; strict: boolean },
  ) => Promise<{ cues: ParsedCue[] }>;
  tokenizeVTTCue: (cue: ParsedCue) => CueNode[];
}

/** Loads media-captions, whose own types do not resolve under `nodenext` (relative exports without an extension). */
export async function loadCaptionParser(): Promise<CaptionParser> {
  return (await import('media-captions')) as unknown as CaptionParser;
}
