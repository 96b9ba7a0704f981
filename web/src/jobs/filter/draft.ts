import { qualifiers } from './terms.ts';

/** What is written in the field: words to find, and at the end a condition that is not finished, if there is one. */
export function splitDraft(draft: string): { text: string; word: string } {
  const start = findLastWord(draft);
  const word = draft.slice(start);
  const isTerm = qualifiers.some((name) => word.toLowerCase().startsWith(`${name}:`));
  return { text: (isTerm ? draft.slice(0, start) : draft).trim(), word };
}

/** Where the last word begins; what is in quotation marks is one. */
function findLastWord(draft: string): number {
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < draft.length; at += 1) {
    const letter = draft[at];
    if (letter === '"') isQuoted = !isQuoted;
    else if (letter === ' ' && !isQuoted) start = at + 1;
  }
  return start;
}
