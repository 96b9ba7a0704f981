import type { KeyFrame } from '../contract.ts';
import type { Container } from '../media/container.ts';
import type { SpokenSentence } from '../transcript/spoken-sentences.ts';

const maxQuoteChars = 120;

/** A moment of the video that the summary mentions. */
export interface Moment {
  sentence: SpokenSentence;
  /** 0 to 1. */
  confidence: number;
}

/** Key frames of the best moments, ordered by time. */
export function toKeyFrames(
  moments: readonly Moment[],
  container: Container | undefined,
  maxFrames: number,
): KeyFrame[] {
  const best = moments.toSorted((a, b) => b.confidence - a.confidence).slice(0, maxFrames);
  const last = container?.durationS ?? Infinity;
  return best
    .toSorted((a, b) => a.sentence.startS - b.sentence.startS)
    .map(({ sentence, confidence }) => {
      const timestamp = Math.min(sentence.startS, last);
      const rate = container?.frameRate;
      return {
        frame_number: rate === undefined ? null : Math.floor(timestamp * rate + 1e-6),
        timestamp,
        description: `At ${clock(timestamp)}, while ${sentence.speaker ?? 'a speaker'} says: “${shorten(sentence.text)}”`,
        confidence,
      };
    });
}

/** `1:02:03`, or `2:03` below an hour. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown
    .map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0')))
    .join(':');
}

function shorten(text: string): string {
  if (text.length <= maxQuoteChars) return text;
  const cut = text.slice(0, maxQuoteChars);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), maxQuoteChars / 2)).toWellFormed()}…`;
}
