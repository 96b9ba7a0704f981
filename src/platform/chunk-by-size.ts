/** Parts a list, in its order, so that the sizes of a piece are at most this together; what is larger is alone. */
export function chunkBySize<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  maxSize: number,
): Item[][] {
  const pieces: Item[][] = [];
  let left = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (pieces.length === 0 || size > left) {
      pieces.push([]);
      left = maxSize;
    }
    pieces.at(-1)!.push(item);
    left -= size;
  }
  return pieces;
}
