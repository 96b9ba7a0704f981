import type { Report } from './left-out.ts';
import type { Timing } from './timing.ts';

/** Words of one speaker in one line of a cue. */
export interface SpokenLine {
  speaker: string | undefined;
  text: string;
}

/** Words of one speaker in one cue. */
export interface Cue extends SpokenLine, Timing {}

// No character class contains the first character of its match, and each run is bounded, so matching takes linear time.
const tagPattern = /<\/?(?:[a-z][^<>]{0,200}|\d[\d:.]{0,20})>|<\/>/giu;
const overridePattern = /\{\\[^{}]{0,500}\}/gu;
const entityPattern = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|nbsp|quot|apos|lrm|rlm));/giu;
const soundPattern =
  /\[[^[\]]{0,500}\]|[♩♪♫♬][^♩♪♫♬]{0,500}[♩♪♫♬]+|[♩♪♫♬][^♩♪♫♬\n]{0,500}|\([\p{Lu}\s-]{3,80}(?:S|ING|MUSIC|LAUGHTER|APPLAUSE)\)/gu;
/** Invisible characters and direction overrides; joiners and direction marks are kept, as they are part of words. */
const invisibleCharacters = /[\u200B\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/gu;

/** The spoken lines of a cue, without tags and descriptions of sounds. */
export function readCueText(text: string, line: number, report: Report): SpokenLine[] {
  return splitVoices(text.replace(overridePattern, '')).flatMap((voice) => {
    const spoken = voice.text.replace(soundPattern, () => {
      report('sound', line);
      return ' ';
    });
    return spoken.split('\n').flatMap((part) => {
      const plain = part.replace(invisibleCharacters, '').replace(/\s+/gu, ' ').trim();
      if (plain === '') return [];
      if (!isInParentheses(plain)) return { speaker: voice.speaker, text: plain };
      report('sound', line);
      return [];
    });
  });
}

/** Removes tags; `<v Anna>` names the speaker until the next such tag or its end. */
function splitVoices(text: string): SpokenLine[] {
  const voices: SpokenLine[] = [];
  let speaker: string | undefined;
  let at = 0;
  const take = (end: number) => {
    const piece = decodeEntities(text.slice(at, end));
    const last = voices.at(-1);
    if (last && last.speaker === speaker) last.text += piece;
    else voices.push({ speaker, text: piece });
  };
  for (const { 0: tag, index } of text.matchAll(tagPattern)) {
    take(index);
    at = index + tag.length;
    const voice = /^<v(?:\.\S*)?(?:\s(.*))?>$/isu.exec(tag);
    if (voice)
      speaker =
        decodeEntities(voice[1] ?? '')
          .replace(/\s+/gu, ' ')
          .trim() || undefined;
    else if (/^<\/v>$/iu.test(tag)) speaker = undefined;
  }
  take(text.length);
  return voices;
}

const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: ' ',
  quot: '"',
  apos: "'",
  lrm: '\u200E',
  rlm: '\u200F',
};

function decodeEntities(text: string): string {
  return text.replace(entityPattern, (entity, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return entities[name.toLowerCase()] ?? entity;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    // Half a surrogate pair is not a character, and NUL cannot be stored.
    const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : '';
  });
}

/** "(door opens)" as a whole line is a sound; parentheses within a sentence are spoken. */
function isInParentheses(line: string): boolean {
  return line.startsWith('(') && line.indexOf(')') === line.length - 1;
}
