import { useCallback, useState } from 'react';

export interface Selection {
  ids: ReadonlySet<string>;
  toggle: (id: string) => void;
  /** From the one that was chosen last to this one. */
  extendTo: (id: string, order: readonly string[]) => void;
  set: (ids: readonly string[]) => void;
  clear: () => void;
}

const none: { ids: ReadonlySet<string>; anchor: string | undefined } = {
  ids: new Set(),
  anchor: undefined,
};

/** Which rows are selected: by clicks, with Shift up to the one that is clicked. */
export function useSelection(): Selection {
  const [{ ids }, setState] = useState(none);
  const toggle = useCallback(
    (id: string) =>
      setState((before) => {
        const next = new Set(before.ids);
        if (!next.delete(id)) next.add(id);
        return { ids: next, anchor: id };
      }),
    [],
  );
  const extendTo = useCallback(
    (id: string, order: readonly string[]) =>
      setState((before) => {
        const to = order.indexOf(id);
        const from = before.anchor === undefined ? to : order.indexOf(before.anchor);
        const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
        return { ids: new Set([...before.ids, ...range]), anchor: before.anchor ?? id };
      }),
    [],
  );
  const set = useCallback(
    (next: readonly string[]) => setState({ ids: new Set(next), anchor: next[0] }),
    [],
  );
  const clear = useCallback(() => setState(none), []);
  return { ids, toggle, extendTo, set, clear };
}
