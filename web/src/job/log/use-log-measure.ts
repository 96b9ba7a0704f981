import { useEffect, useState } from 'react';
import type { RefObject } from 'react';

/** What stands before a message: time, level, and the gaps. In characters, as in log.module.css. */
const marginCharacters = 18;

export interface LogMeasure {
  /** Of one row of text, in px. */
  rowHeight: number;
  /** Of what is visible, in px. */
  height: number;
}

/** Measures a log's box and its type, also when the window or the size of type changes. */
export function useLogMeasure(
  scroller: RefObject<HTMLElement | null>,
  onColumns: (columns: number) => void,
): LogMeasure {
  const [measure, setMeasure] = useState<LogMeasure>({ rowHeight: 20, height: 600 });
  useEffect(() => {
    const box = scroller.current!;
    const probe = document.createElement('span');
    probe.textContent = '0'.repeat(100);
    probe.className = 'visually-hidden';
    // Without the limits of what is hidden it has its own width.
    Object.assign(probe.style, { width: 'auto', clipPath: 'none', visibility: 'hidden' });
    box.append(probe);
    const observer = new ResizeObserver(() => {
      const characterWidth = probe.getBoundingClientRect().width / 100 || 8;
      const rowHeight = Number.parseFloat(getComputedStyle(box).lineHeight) || 20;
      setMeasure((before) =>
        before.rowHeight === rowHeight && before.height === box.clientHeight
          ? before
          : { rowHeight, height: box.clientHeight },
      );
      onColumns(Math.max(20, Math.floor(box.clientWidth / characterWidth) - marginCharacters));
    });
    observer.observe(box);
    observer.observe(probe);
    return () => {
      observer.disconnect();
      probe.remove();
    };
  }, [scroller, onColumns]);
  return measure;
}
