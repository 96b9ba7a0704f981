import type { Cue } from './cue-text.ts';

const speakerPrefix =
  /^(?:>>+\s*|[-–—]\s*)?(?<name>\p{Lu}[\p{L}\p{N}.'’ -]{0,38}):\s+(?<text>\S.*)$/u;
const turnMark = /^(?:>>+|[-–—])\s*/u;

/** Removes "ANNA:" from the text and makes it the speaker of what follows; joins lines of one speaker within a cue. */
export function nameSpeakers(lines: readonly Cue[]): Cue[] {
  const names = speakerPrefixes(lines);
  const cues: Cue[] = [];
  let current: string | undefined;
  for (const line of lines) {
    const prefix = speakerPrefix.exec(line.text)?.groups;
    const isNamed = prefix?.name !== undefined && names.has(prefix.name);
    const isTurn = turnMark.test(line.text);
    if (isNamed) current = prefix.name;
    else if (isTurn) current = undefined;
    const speaker = line.speaker ?? current;
    const text = isNamed ? (prefix.text ?? '') : line.text.replace(turnMark, '');
    const last = cues.at(-1);
    const isSameTurn = last && last.start === line.start && last.speaker === speaker && !isTurn;
    if (isSameTurn) last.text = `${last.text} ${text}`;
    else cues.push({ ...line, speaker, text });
  }
  return cues;
}

/** A name in capitals is a speaker; otherwise only if it occurs twice, as "Note:" looks the same. */
function speakerPrefixes(lines: readonly Cue[]): Set<string> {
  const counts = new Map<string, number>();
  for (const { text } of lines) {
    const name = speakerPrefix.exec(text)?.groups?.name;
    if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const isSpeaker = ([name, count]: [string, number]) =>
    (name.length > 1 && name === name.toUpperCase()) || (count > 1 && name.split(' ').length <= 4);
  return new Set([...counts].filter(isSpeaker).map(([name]) => name));
}

/** The named speakers, in the order in which they first speak. */
export function speakersOf(cues: readonly Cue[]): string[] {
  return [...new Set(cues.flatMap((cue) => cue.speaker ?? []))];
}
