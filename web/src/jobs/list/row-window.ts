import { useEffect, useLayoutEffect, useState } from 'react';
import type { RefObject } from 'react';

/** Rows above and below the screen that are rendered too. */
const margin = 12;

export interface RowWindow {
  first: number;
  /** One after the last. */
  end: number;
  rowHeight: number;
}

/** Which of many rows of the same height are on the screen. The page scrolls, not the list. */
export function useRowWindow(list: RefObject<HTMLElement | null>, count: number): RowWindow {
  const isEmpty = count === 0;
  const [rowHeight, setRowHeight] = useState(44);
  const [range, setRange] = useState({ first: 0, end: 40 });
  useLayoutEffect(() => {
    const shown = list.current;
    if (!shown) return;
    const measure = () => {
      const row = shown.querySelector<HTMLElement>('[role=row]');
      if (row && row.offsetHeight > 0) setRowHeight(row.offsetHeight);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(shown);
    measure();
    return () => observer.disconnect();
  }, [list, isEmpty]);
  useEffect(() => {
    const shown = list.current;
    if (!shown) return;
    let frame = 0;
    const look = () => {
      const { top } = shown.getBoundingClientRect();
      const first = Math.max(0, Math.floor(-top / rowHeight) - margin);
      const end = Math.ceil((innerHeight - top) / rowHeight) + margin;
      // By steps: a list is not rendered again for each row that passes.
      const step = (value: number) => Math.floor(value / 4) * 4;
      const next = { first: step(first), end: Math.max(step(end) + 4, step(first)) };
      setRange((before) =>
        before.first === next.first && before.end === next.end ? before : next,
      );
    };
    const later = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(look);
    };
    look();
    addEventListener('scroll', later, { passive: true });
    addEventListener('resize', later);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', later);
      removeEventListener('resize', later);
    };
  }, [list, rowHeight, isEmpty]);
  const end = Math.min(count, range.end);
  return { first: Math.min(range.first, end), end, rowHeight };
}
