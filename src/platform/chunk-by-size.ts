/** Splits a list into chunks whose items have at most `maxSize` in total; an item that is larger is a chunk by itself. */
export function chunkBySize<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  maxSize: number,
): Item[][] {
  const chunks: Item[][] = [];
  let left = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (chunks.length === 0 || size > left) {
      chunks.push([]);
      left = maxSize;
    }
    chunks.at(-1)!.push(item);
    left -= size;
  }
  return chunks;
}
