export interface Piece {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Cells of the table of common words, at most: above, what differs is shown as a whole. */
const maxCells = 16_000_000;

/** What must be removed from one text, and added, to make the other: by words, with the spaces that follow them. */
export function diffWords(before: string, after: string): Piece[] {
  const a = before.match(/\S+\s*/g) ?? [];
  const b = after.match(/\S+\s*/g) ?? [];
  const isSame = (i: number, j: number) => a[i]!.trimEnd() === b[j]!.trimEnd();
  let start = 0;
  while (start < a.length && start < b.length && isSame(start, start)) start += 1;
  let end = 0;
  const shorter = Math.min(a.length, b.length) - start;
  while (end < shorter && isSame(a.length - 1 - end, b.length - 1 - end)) end += 1;

  const pieces: Piece[] = [];
  const add = (kind: Piece['kind'], text: string) => {
    const last = pieces.at(-1);
    if (last?.kind === kind) last.text += text;
    else if (text !== '') pieces.push({ kind, text });
  };
  add('same', b.slice(0, start).join(''));
  addDifference(a.slice(start, a.length - end), b.slice(start, b.length - end), add);
  add('same', b.slice(b.length - end).join(''));
  return pieces;
}

/** By the longest common subsequence, from a table of its lengths. */
function addDifference(
  a: readonly string[],
  b: readonly string[],
  add: (kind: Piece['kind'], text: string) => void,
): void {
  const width = b.length + 1;
  if ((a.length + 1) * width > maxCells) {
    add('removed', a.join(''));
    add('added', b.join(''));
    return;
  }
  const keysA = a.map((word) => word.trimEnd());
  const keysB = b.map((word) => word.trimEnd());
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] =
        keysA[i] === keysB[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && keysA[i] === keysB[j]) {
      add('same', b[j]!);
      i += 1;
      j += 1;
    } else if (
      j >= b.length ||
      (i < a.length && lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!)
    ) {
      add('removed', a[i]!);
      i += 1;
    } else {
      add('added', b[j]!);
      j += 1;
    }
  }
}
