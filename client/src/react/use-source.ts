import { useCallback, useRef, useSyncExternalStore } from 'react';
import type { Snapshot, Source } from '../source.ts';

const nothing: Snapshot<undefined> = { value: undefined, error: undefined, isOver: false };
const stay = () => () => undefined;

/** What a component shows of a source: rendered again when that differs, not for each change. Nothing without a source. */
export function useSource<Value, Selected>(
  source: Source<Value> | undefined,
  select: (snapshot: Snapshot<Value | undefined>) => Selected,
): Selected {
  const last = useRef<{
    snapshot: Snapshot<Value | undefined>;
    select: unknown;
    selected: Selected;
  }>(undefined);
  const get = () => {
    const snapshot = source?.get() ?? nothing;
    const known = last.current;
    if (known?.snapshot === snapshot && known.select === select) return known.selected;
    const made = select(snapshot);
    // A selection that says the same is the same object.
    const selected = known && isShallowEqual(known.selected, made) ? known.selected : made;
    last.current = { snapshot, select, selected };
    return selected;
  };
  const subscribe = useCallback(
    (listener: () => void) => (source ? source.subscribe(listener) : stay()),
    [source],
  );
  return useSyncExternalStore(subscribe, get, get);
}

function isShallowEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) =>
      Object.is((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    )
  );
}
