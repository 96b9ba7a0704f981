import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { CSSProperties } from 'react';
import { Button } from '../../controls/button.tsx';
import { dateFormat } from '../../messages/formats.ts';
import { useMessages } from '../../messages/messages.tsx';
import { findItem } from './log-layout.ts';
import type { LogLayout } from './log-layout.ts';
import { LogRow } from './log-row.tsx';
import styles from './log.module.css';
import { useLogMeasure } from './use-log-measure.ts';

/** Rows above and below the visible ones that are rendered, so that scrolling shows no gaps. */
const spareRows = 30;
/** Whoever is so near to the newest line is taken to be at it. */
const nearRows = 2;

/** The part of a log that is visible. It stays at the newest line until somebody scrolls away. */
export function LogWindow({
  layout,
  search,
  newestFirst,
  followFirst,
  isOver,
  onColumns,
}: {
  layout: LogLayout;
  search: string;
  newestFirst: boolean;
  /** Whether it begins at the newest line. */
  followFirst: boolean;
  /** Whether no line can come. */
  isOver: boolean;
  onColumns: (columns: number) => void;
}) {
  const { job: m } = useMessages();
  const label = isOver ? m.newestLine : m.follow;
  // Eight characters in every language, as its column has.
  const clock = useMemo(() => dateFormat('en-GB', { timeStyle: 'medium' }), []);
  const scroller = useRef<HTMLDivElement>(null);
  const { rowHeight, height } = useLogMeasure(scroller, onColumns);
  const [top, setTop] = useState(0);
  const [follows, setFollows] = useState(followFirst);
  /** The lines when it was held. */
  const [heldAt, setHeldAt] = useState(layout.count);
  const rows = layout.tops.at(-1)!;

  const last = useRef({ rows, scrollHeight: 0 });
  useLayoutEffect(() => {
    const box = scroller.current!;
    const added = rows - last.current.rows;
    const isNear = (rest: number) => rest < nearRows * rowHeight;
    // Lines may come before the browser tells of a scroll to what was the newest one.
    const wasAtNewest = newestFirst
      ? isNear(box.scrollTop)
      : box.scrollTop > 0 && isNear(last.current.scrollHeight - box.scrollTop - box.clientHeight);
    if (added > 0 && wasAtNewest) setFollows(true);
    if (follows) box.scrollTop = newestFirst ? 0 : box.scrollHeight;
    // What is read stays where it is while lines are added above it.
    else if (newestFirst && added > 0) box.scrollTop += added * rowHeight;
    last.current = { rows, scrollHeight: box.scrollHeight };
  }, [rows, follows, newestFirst, rowHeight]);

  function onScroll() {
    const box = scroller.current!;
    setTop(box.scrollTop);
    const rest = newestFirst ? box.scrollTop : box.scrollHeight - box.scrollTop - box.clientHeight;
    const isAtNewest = rest < nearRows * rowHeight;
    if (isAtNewest === follows) return;
    setFollows(isAtNewest);
    setHeldAt(layout.count);
  }

  const firstRow = Math.max(0, Math.floor(top / rowHeight) - spareRows);
  const first = findItem(layout, firstRow);
  const end = findItem(layout, firstRow + Math.ceil(height / rowHeight) + 2 * spareRows);
  const shown = layout.items.slice(first, end + 1);
  const space = {
    '--before': `${layout.tops[first]! * rowHeight}px`,
    '--after': `${(rows - layout.tops[end + 1]!) * rowHeight}px`,
  } as CSSProperties;
  const missed = layout.count - heldAt;
  const isWhole = rows * rowHeight <= height;
  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-live="off"
        aria-label={m.logLines}
        style={{ '--content': `${(rows + 1) * rowHeight}px` } as CSSProperties}
        // Scrolled by keys.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        dir="ltr"
        onScroll={onScroll}
      >
        <ol className={styles.rows} style={space}>
          {shown.map((item, index) => (
            <LogRow
              key={item.line ? item.line.sequence : `attempt ${item.attempt} ${first + index}`}
              item={item}
              search={search}
              clock={clock}
            />
          ))}
        </ol>
      </div>
      {!follows && !isWhole && (
        <Button kind="primary" className={styles.follow} onClick={() => setFollows(true)}>
          {missed > 0 ? m.followNew(missed) : label}
        </Button>
      )}
    </div>
  );
}
