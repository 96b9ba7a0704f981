/** Passes on together what arrives in one turn of the event loop, so that a client is written to once. */
export function createTurnCollector<Item>(
  passOn: (items: readonly Item[]) => void,
): (item: Item) => void {
  let waiting: Item[] = [];
  return (item) => {
    if (waiting.push(item) > 1) return;
    queueMicrotask(() => {
      const items = waiting;
      waiting = [];
      passOn(items);
    });
  };
}
