import { lazy, Suspense, useCallback, useState } from 'react';
import type { ReactNode } from 'react';
import { useClient } from 'fovea-jobs-client/react';
import { useLocation, useSearchParams } from 'wouter';
import { Loading, Problem } from '../controls/notice.tsx';
import { loadPart } from '../shell/load-part.ts';
import { BulkBar } from './bulk/bulk-bar.tsx';
import type { Bulk } from './bulk/bulk-dialog.tsx';
import type { JobList, JobListView as View } from './engine/job-list.ts';
import type { JobRow } from './engine/rows.ts';
import styles from './job-list-view.module.css';
import { useHeldOrder } from './list/held-order.ts';
import { JobTable } from './list/job-table.tsx';
import { useRowCursor } from './list/row-cursor.ts';
import { useSelection } from './list/selection.ts';
import { useStableActions } from './list/stable-actions.ts';
import { useIsScrolled } from './list/use-is-scrolled.ts';
import { RowShortcuts } from './row-shortcuts.tsx';

// Not on the first screen until somebody opens them.
const JobPanel = lazy(async () => ({
  default: (await loadPart(() => import('../job/job-panel.tsx'))).JobPanel,
}));
const BulkDialog = lazy(async () => ({
  default: (await loadPart(() => import('./bulk/bulk-dialog.tsx'))).BulkDialog,
}));

export interface JobListViewProps {
  list: JobList;
  view: View;
  empty: ReactNode;
  /** An action on more than the selection, which somebody above this has begun. */
  bulk: Bulk | undefined;
  onBulk: (bulk: Bulk | undefined) => void;
  findLike: (job: JobRow) => void;
}

/** A list of jobs, one of them beside it, and what one can do with those that are selected. */
export function JobListView({ list, view, empty, bulk, onBulk, findLike }: JobListViewProps) {
  const client = useClient();
  const [, navigate] = useLocation();
  const [params, setParams] = useSearchParams();
  const openId = params.get('selected') ?? undefined;
  const selection = useSelection();
  const [hasMenu, setHasMenu] = useState(false);
  const [problem, setProblem] = useState<Error>();
  const isScrolled = useIsScrolled();
  const isHeld = selection.ids.size > 0 || hasMenu || bulk !== undefined || isScrolled;
  const order = useHeldOrder(view.ids, isHeld);
  const cursor = useRowCursor(order.ids);

  const show = useCallback(
    (id: string | undefined, replace: boolean) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          if (id === undefined) next.delete('selected');
          else next.set('selected', id);
          return next;
        },
        { replace },
      ),
    [setParams],
  );

  /** Shows why something was not done. The stream shows what was. */
  async function control(answer: Promise<{ message: string } | { job: unknown }>) {
    try {
      const outcome = await answer;
      setProblem('message' in outcome ? new Error(outcome.message) : undefined);
    } catch (error) {
      setProblem(error as Error);
    }
  }

  const actions = useStableActions({
    open: (id) => (id === openId ? navigate(`/jobs/${id}`) : show(id, openId !== undefined)),
    toggle: selection.toggle,
    extendTo: (id) => selection.extendTo(id, order.ids),
    move: (step) => void cursor.move(step),
    activate: cursor.activate,
    cancel: (id) => void control(client.cancel(id)),
    retry: (id) => void control(client.retry(id)),
    findLike,
    onMenu: setHasMenu,
  });
  const selected = [...selection.ids].flatMap((id) => list.find(id) ?? []);
  const close = () => show(undefined, true);
  return (
    <div className={styles.view} data-panel={openId !== undefined || undefined}>
      {problem && <Problem error={problem} />}
      <JobTable {...{ list, view, order, selection, cursor, actions, openId, empty }} />
      {openId !== undefined && (
        <div className={styles.panel}>
          <Suspense fallback={<Loading />}>
            <JobPanel key={openId} id={openId} onClose={close} />
          </Suspense>
        </div>
      )}
      {selected.length > 0 && !bulk && (
        <BulkBar
          jobs={selected}
          onBulk={(kind) => onBulk({ kind, target: { jobs: selected } })}
          onClear={selection.clear}
        />
      )}
      {bulk ? (
        <Suspense>
          <BulkDialog
            bulk={bulk}
            onClose={(isDone) => {
              onBulk(undefined);
              if (isDone) selection.clear();
            }}
          />
        </Suspense>
      ) : (
        <RowShortcuts
          cursor={cursor}
          selection={selection}
          order={order.ids}
          onEscape={openId === undefined ? selection.clear : close}
          canEscape={openId !== undefined || selection.ids.size > 0}
        />
      )}
    </div>
  );
}
