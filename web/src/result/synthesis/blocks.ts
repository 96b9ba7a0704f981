import type { CitedPiece } from './cite.ts';

export interface Block {
  kind: 'heading' | 'item' | 'paragraph';
  pieces: CitedPiece[];
}

/** The lines of a text. Models write headings as `1. Costs` or `## Costs`, and items as `- …`. */
export function toBlocks(pieces: readonly CitedPiece[]): Block[] {
  const lines: CitedPiece[][] = [[]];
  for (const piece of pieces) {
    if (piece.citation || piece.marked !== undefined) {
      lines.at(-1)!.push(piece);
      continue;
    }
    let { start } = piece;
    for (const [index, text] of piece.text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (text !== '') lines.at(-1)!.push({ text, start });
      start += text.length + 1;
    }
  }
  return lines.filter((line) => line.some(({ text }) => text.trim() !== '')).map(toBlock);
}

const heading = /^(?:#{1,6} +|(?=\d{1,2}\. .{0,80}[^.!?]$))/u;
const item = /^[-*•] +/u;

function toBlock(line: readonly CitedPiece[]): Block {
  const [first, ...rest] = line as [CitedPiece, ...CitedPiece[]];
  const isPlain = !first.citation && first.marked === undefined;
  for (const [kind, pattern] of [
    ['heading', heading],
    ['item', item],
  ] as const) {
    // Only a heading is a line of its own, without statements.
    if (!isPlain || !pattern.test(first.text) || (kind === 'heading' && rest.length > 0)) continue;
    const text = first.text.replace(pattern, '');
    const begun = text === '' ? [] : [{ text, start: first.start }];
    return { kind, pieces: [...begun, ...rest] };
  }
  return { kind: 'paragraph', pieces: [...line] };
}
