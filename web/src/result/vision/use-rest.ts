import { useEffect, useState } from 'react';

/** What came with a result, and the pages after it, one by one. `readPage` returns an empty page at the end, and does not change. */
export function useRest<Item>(
  first: readonly Item[],
  isWhole: boolean,
  readPage: (last: Item, signal: AbortSignal) => Promise<readonly Item[]>,
): { items: readonly Item[]; error: Error | undefined } {
  const [items, setItems] = useState(first);
  const [problem, setProblem] = useState<Error>();
  useEffect(() => {
    const [last] = first.slice(-1);
    if (isWhole || last === undefined) return;
    const controller = new AbortController();
    void (async () => {
      try {
        const all = [...first];
        for (let from: Item | undefined = last; from !== undefined;) {
          const page = await readPage(from, controller.signal);
          all.push(...page);
          if (controller.signal.aborted) return;
          setItems([...all]);
          from = page.at(-1);
        }
      } catch (error) {
        if (!controller.signal.aborted) setProblem(error as Error);
      }
    })();
    return () => controller.abort();
  }, [first, isWhole, readPage]);
  return { items, error: problem };
}
