/** Number of words, as in the contract's limit. */
export function countWords(text: string): number {
  return text.match(/\S+/gu)?.length ?? 0;
}

/** Cuts a text to a number of words, with an ellipsis. */
export function cutToWords(text: string, limit: number): string {
  const words = [...text.matchAll(/\S+/gu)];
  const last = words[limit - 1];
  if (words.length <= limit || !last) return text;
  return `${text.slice(0, last.index + last[0].length).replace(/[,;:.]$/u, '')}…`;
}

/** The first parts that fit into the limit; the first one is cut if it is too long alone. */
export function takeWithin(parts: readonly string[], limit: number): string[] {
  const taken: string[] = [];
  let left = limit;
  for (const part of parts) {
    const length = countWords(part);
    if (length > left && taken.length > 0) break;
    if (left > 0) taken.push(length > left ? cutToWords(part, left) : part);
    left -= length;
  }
  return taken;
}
