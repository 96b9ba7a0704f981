import { useMemo, useState } from 'react';

export interface HeldOrder {
  /** What is shown, in order. */
  ids: readonly string[];
  /** How many came since, and are not shown. */
  newCount: number;
  /** Shows what has come. */
  release: () => void;
}

/**
 * Rows that nobody moves under a hand: while `isHeld`, none comes or goes but below the last, as more are read. What a row says
 * goes on changing.
 */
export function useHeldOrder(ids: readonly string[], isHeld: boolean): HeldOrder {
  const [held, setHeld] = useState<readonly string[] | undefined>();
  if (isHeld && !held) setHeld(ids);
  if (!isHeld && held) setHeld(undefined);
  const order = isHeld ? held : undefined;
  return useMemo(() => ({ ...hold(ids, order), release: () => setHeld(ids) }), [ids, order]);
}

/** The order that was held, then what is older than all of it. */
export function hold(
  ids: readonly string[],
  held: readonly string[] | undefined,
): { ids: readonly string[]; newCount: number } {
  if (!held || held === ids) return { ids, newCount: 0 };
  const last = held.at(-1);
  const older = last === undefined ? [] : ids.filter((id) => id < last);
  const known = new Set(held);
  const newCount = ids.filter((id) => !known.has(id) && (last === undefined || id > last)).length;
  return { ids: older.length > 0 ? [...held, ...older] : held, newCount };
}
