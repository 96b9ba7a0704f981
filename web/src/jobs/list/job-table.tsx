import { useEffect, useLayoutEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../controls/button.tsx';
import { Loading, Problem } from '../../controls/notice.tsx';
import { numberFormat } from '../../messages/formats.ts';
import { useLanguage, useMessages } from '../../messages/messages.tsx';
import { useViewer } from '../../session/viewer.tsx';
import { useElementKeys } from '../../shell/shortcuts.ts';
import type { JobList, JobListView } from '../engine/job-list.ts';
import type { HeldOrder } from './held-order.ts';
import { JobRow } from './job-row.tsx';
import type { RowActions } from './job-row.tsx';
import styles from './job-table.module.css';
import type { RowCursor } from './row-cursor.ts';
import { useRowWindow } from './row-window.ts';
import type { Selection } from './selection.ts';

export interface JobTableProps {
  list: JobList;
  view: JobListView;
  order: HeldOrder;
  selection: Selection;
  cursor: RowCursor;
  actions: RowActions;
  /** The job that is shown beside the list. */
  openId: string | undefined;
  /** What is shown where there is no job. */
  empty: ReactNode;
}

/** The jobs of a list as a table, of which only what is on the screen is rendered. */
export function JobTable(props: JobTableProps) {
  const { list, view, order, selection, cursor, actions, openId, empty } = props;
  const { jobs: m } = useMessages();
  const hasOwner = useViewer().role === 'OPERATOR';
  const { ids, newCount, release } = order;
  const { body, settle } = cursor;
  const { first, end, rowHeight } = useRowWindow(body, ids.length);
  const shown = ids.slice(first, end);
  useScreen(list, shown, end >= ids.length - 20 && view.hasMore && !view.error);
  useEffect(settle);
  const onRow = (run: (id: string) => void) => (row: HTMLElement) => run(row.dataset['id']!);
  const onKey = useElementKeys([
    { keys: 'ArrowDown', label: m.keyDown, run: () => actions.move(1) },
    { keys: 'ArrowUp', label: m.keyUp, run: () => actions.move(-1) },
    { keys: ' ', label: m.keySelect, run: onRow(actions.toggle) },
    { keys: 'Enter', label: m.keyOpen, run: onRow(actions.open) },
  ]);
  if (ids.length === 0 && newCount === 0) {
    if (view.error) return <Problem error={view.error} onRetry={() => void list.loadMore()} />;
    return view.isLoading || view.hasMore ? <Loading /> : empty;
  }
  // Tab must reach one that is there.
  const tabbable = shown.find((id) => id === cursor.activeId) ?? shown[0];
  const isAll = selection.ids.size > 0 && ids.every((id) => selection.ids.has(id));
  return (
    <div className={styles.list}>
      {newCount > 0 && <NewJobs count={newCount} release={release} />}
      <div
        role="grid"
        aria-label={m.list}
        aria-multiselectable="true"
        aria-rowcount={view.hasMore ? -1 : ids.length + 1}
        aria-busy={!view.isCurrent}
        className={styles.table}
        data-owner={hasOwner || undefined}
      >
        <div role="row" aria-rowindex={1} className={styles.head}>
          <span role="columnheader">
            <input
              type="checkbox"
              aria-label={m.selectAll}
              checked={isAll}
              onChange={() => (isAll ? selection.clear() : selection.set(ids))}
            />
            <span className={styles.selectAll} aria-hidden="true">
              {m.selectAll}
            </span>
          </span>
          <span role="columnheader">{m.state}</span>
          <span role="columnheader">{m.subject}</span>
          <span role="columnheader">{m.type}</span>
          <span role="columnheader">{m.progress}</span>
          <span role="columnheader" className={styles.attempt}>
            {m.attempt}
          </span>
          {hasOwner && (
            <span role="columnheader" className={styles.owner}>
              {m.owner}
            </span>
          )}
          <span role="columnheader" className={styles.age}>
            {m.age}
          </span>
          <span role="columnheader">
            <span className="visually-hidden">{m.actions}</span>
          </span>
        </div>
        <div
          ref={body}
          role="rowgroup"
          className={styles.body}
          style={{ height: ids.length * rowHeight }}
        >
          <div
            role="presentation"
            className={styles.window}
            style={{ transform: `translateY(${first * rowHeight}px)` }}
          >
            {shown.map((id, at) => (
              <JobRow
                key={id}
                job={list.find(id)!}
                index={first + at + 2}
                isActive={id === tabbable}
                isSelected={selection.ids.has(id)}
                isOpen={id === openId}
                isGone={!list.has(id)}
                hasOwner={hasOwner}
                actions={actions}
                onKey={onKey}
              />
            ))}
          </div>
        </div>
      </div>
      <Foot list={list} view={view} count={ids.length} />
    </div>
  );
}

/** Tells the list what is on the screen, and reads on before its end is reached. */
function useScreen(list: JobList, shown: readonly string[], isNearEnd: boolean): void {
  const key = `${shown[0]}:${shown.at(-1)}`;
  const latest = useRef(shown);
  useLayoutEffect(() => {
    latest.current = shown;
  });
  useLayoutEffect(() => list.show(latest.current), [list, key]);
  useLayoutEffect(() => {
    if (isNearEnd) void list.loadMore();
  }, [list, isNearEnd, key]);
}

function NewJobs({ count, release }: { count: number; release: () => void }) {
  const { jobs: m } = useMessages();
  return (
    <div className={styles.pill} role="status">
      <Button
        kind="primary"
        title={m.showNew}
        onClick={() => {
          release();
          scrollTo({ top: 0 });
        }}
      >
        {m.newJobs(count)}
      </Button>
    </div>
  );
}

function Foot({ list, view, count }: Pick<JobTableProps, 'list' | 'view'> & { count: number }) {
  const { jobs: m } = useMessages();
  const { language } = useLanguage();
  if (view.error) return <Problem error={view.error} onRetry={() => void list.loadMore()} />;
  return (
    <p className={styles.foot}>
      {view.hasMore ? m.loadingMore : m.end(numberFormat(language).format(count))}
    </p>
  );
}
