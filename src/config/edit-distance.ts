/** Whether one text becomes the other by so many insertions, deletions, replacements and swaps of neighbors, or fewer. */
export function isWithinEdits(a: string, b: string, edits: number): boolean {
  if (Math.abs(a.length - b.length) > edits) return false;
  if (a === b) return true;
  if (edits === 0) return false;
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  return (
    isWithinEdits(restA.slice(1), restB, edits - 1) ||
    isWithinEdits(restA, restB.slice(1), edits - 1) ||
    isWithinEdits(restA.slice(1), restB.slice(1), edits - 1) ||
    (restA[0] === restB[1] &&
      restA[1] === restB[0] &&
      isWithinEdits(restA.slice(2), restB.slice(2), edits - 1))
  );
}
