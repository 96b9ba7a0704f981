import { useCallback, useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

export interface RowCursor {
  /** The row that keys act on. */
  activeId: string | undefined;
  activate: (id: string) => void;
  /** To the next row, or by a negative step to one before; returns it. It gets the focus, and comes on the screen. */
  move: (step: number) => string | undefined;
  body: RefObject<HTMLDivElement | null>;
  /** Must be called after rows were rendered: gives the focus to the row that it is due to. */
  settle: () => void;
}

/** Which row the keyboard is at. */
export function useRowCursor(ids: readonly string[]): RowCursor {
  const [activeId, setActiveId] = useState<string | undefined>();
  const body = useRef<HTMLDivElement>(null);
  const due = useRef<string>(undefined);
  const latest = useRef({ ids, activeId });
  useEffect(() => {
    latest.current = { ids, activeId };
  });
  const settle = useCallback(() => {
    const list = body.current;
    if (due.current === undefined || !list) return;
    const row = list.querySelector<HTMLElement>(`[data-id="${due.current}"]`);
    if (!row) return scrollToRow(list, latest.current.ids, due.current);
    due.current = undefined;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }, []);
  const activate = useCallback((id: string) => setActiveId(id), []);
  const move = useCallback((step: number) => {
    const { ids: order, activeId: from } = latest.current;
    const at = from === undefined ? -1 : order.indexOf(from);
    const next = order[Math.max(0, Math.min(order.length - 1, at + (at < 0 ? 1 : step)))];
    if (next === undefined) return undefined;
    due.current = next;
    setActiveId(next);
    return next;
  }, []);
  return { activeId, activate, move, body, settle };
}

/** One that is not rendered is once its place is on the screen. */
function scrollToRow(list: HTMLElement, ids: readonly string[], id: string): void {
  const { top, height } = list.getBoundingClientRect();
  const place = (ids.indexOf(id) / ids.length) * height;
  scrollBy({ top: top + place - innerHeight / 2 });
}
