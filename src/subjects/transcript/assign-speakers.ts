import type { SpeakerTurn } from './wire.ts';

interface Span {
  /** Seconds. */
  start: number;
  end: number;
}

/** When one speaker speaks, in whole milliseconds: periods that neither overlap nor touch. */
interface Speech {
  speaker: string;
  starts: number[];
  ends: number[];
  /** How long the speaker has spoken before each period. */
  before: number[];
}

/**
 * The speaker of each span: who speaks during most of it, in whole milliseconds. Of several who speak equally long, it is the
 * one who begins first in the recording. Null if nobody speaks during a span, as during one without a length.
 */
export function assignSpeakers(
  spans: readonly Span[],
  turns: readonly SpeakerTurn[],
): (string | null)[] {
  const speeches = listSpeeches(turns);
  return spans.map(({ start, end }) => {
    const [from, to] = [toMs(start), toMs(end)];
    let longestMs = 0;
    let speaker: string | null = null;
    for (const speech of speeches) {
      const ms = spokenUntil(speech, to) - spokenUntil(speech, from);
      if (ms <= longestMs) continue;
      longestMs = ms;
      speaker = speech.speaker;
    }
    return speaker;
  });
}

/** Merges each speaker's turns; who begins first comes first. */
function listSpeeches(turns: readonly SpeakerTurn[]): Speech[] {
  const sorted = turns
    .map(({ start, end, speaker }) => ({ start: toMs(start), end: toMs(end), speaker }))
    .filter(({ start, end }) => end > start)
    .toSorted((one, other) => one.start - other.start);
  const speeches = new Map<string, Speech>();
  for (const { start, end, speaker } of sorted) {
    const speech = speeches.get(speaker) ?? { speaker, starts: [], ends: [], before: [] };
    speeches.set(speaker, speech);
    const last = speech.ends.length - 1;
    if (last >= 0 && start <= speech.ends[last]!) {
      speech.ends[last] = Math.max(end, speech.ends[last]!);
      continue;
    }
    const spokenMs =
      last < 0 ? 0 : speech.before[last]! + speech.ends[last]! - speech.starts[last]!;
    speech.starts.push(start);
    speech.ends.push(end);
    speech.before.push(spokenMs);
  }
  return [...speeches.values()];
}

/** How long somebody has spoken at a time, found in logarithmic time. */
function spokenUntil({ starts, ends, before }: Speech, atMs: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle]! < atMs) low = middle + 1;
    else high = middle;
  }
  const last = low - 1;
  if (last < 0) return 0;
  return before[last]! + Math.min(atMs, ends[last]!) - starts[last]!;
}

function toMs(seconds: number): number {
  return Math.round(seconds * 1_000);
}
