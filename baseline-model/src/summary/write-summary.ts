import type { SpokenSentence } from '../transcript/spoken-sentences.ts';

/** Writes a summary: sentences are terminated, and sentences in the first person name their speaker. */
export function writeSummary(
  sentences: readonly SpokenSentence[],
  speakers: readonly string[],
): string {
  const firstNames = new Set(speakers.map((speaker) => speaker.split(' ', 1)[0] ?? ''));
  return sentences.map((sentence) => writeSentence(sentence, firstNames)).join(' ');
}

function writeSentence(
  { text: spoken, speaker }: SpokenSentence,
  firstNames: ReadonlySet<string>,
): string {
  // "Marta, truck drivers save…" addresses Marta, not the reader.
  const text = spoken.replace(/^(\p{Lu}[\p{L}-]+), (?=\p{L})/u, (address, name: string) =>
    firstNames.has(name) ? '' : address,
  );
  const first = String.fromCodePoint(text.codePointAt(0) ?? 32);
  // Captions without punctuation would run together.
  const whole = first.toUpperCase() + withoutOpenEnd(text.slice(first.length));
  const ended = /[.!?…。！？]["”’»)\]]*$/u.test(whole) ? whole : `${whole}.`;
  const isPersonal =
    /(?:^|[^\p{L}])(?:I|I'm|my|we|our|us|ich|wir|unser|je|nous|yo|nosotros)(?=[^\p{L}]|$)/u.test(
      ended,
    );
  const canQuote = speaker !== undefined && isPersonal && !/["“”„«»]/u.test(ended);
  return canQuote ? `${speaker} says: “${ended}”` : ended;
}

/** Removes trailing marks such as commas. */
function withoutOpenEnd(text: string): string {
  let end = text.length;
  while (/[,;:\s–—-]/u.test(text[end - 1] ?? '')) end -= 1;
  return text.slice(0, end);
}
