/** A part of a text with its offset. */
export interface TextPiece {
  text: string;
  start: number;
}

/** Cuts a text into pieces of at most this length: after a sentence if possible, else between words, else anywhere. */
export function cutText(text: string, maxLength: number): TextPiece[] {
  const pieces: TextPiece[] = [];
  let start = 0;
  while (text.length - start > maxLength) {
    const end = start + cutWithin(text.slice(start, start + maxLength));
    pieces.push({ text: text.slice(start, end), start });
    start = end;
  }
  pieces.push({ text: text.slice(start), start });
  return pieces;
}

/** Only the second half is searched, so that the pieces stay few. */
function cutWithin(window: string): number {
  const least = Math.floor(window.length / 2);
  let afterSpace: number | undefined;
  for (let at = window.length; at > least; at -= 1) {
    if (!/\s/u.test(window[at - 1] ?? '')) continue;
    afterSpace ??= at;
    if (/[.!?…。]/u.test(window[at - 2] ?? '')) return at;
  }
  const isHalfPair = /[\uD800-\uDBFF]$/.test(window);
  return afterSpace ?? window.length - (isHalfPair ? 1 : 0);
}
