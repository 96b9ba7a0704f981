import { useLayoutEffect, useState } from 'react';
import type { RowActions } from './job-row.tsx';

/** The same object each time, which calls the newest: rows are rendered again only when what they show differs. */
export function useStableActions(actions: RowActions): RowActions {
  const [{ stable, update }] = useState(() => createStable(actions));
  useLayoutEffect(() => update(actions));
  return stable;
}

function createStable(first: RowActions) {
  let latest = first;
  const stable: RowActions = {
    open: (id) => latest.open(id),
    toggle: (id) => latest.toggle(id),
    extendTo: (id) => latest.extendTo(id),
    move: (step) => latest.move(step),
    activate: (id) => latest.activate(id),
    cancel: (id) => latest.cancel(id),
    retry: (id) => latest.retry(id),
    findLike: (job) => latest.findLike(job),
    onMenu: (isOpen) => latest.onMenu(isOpen),
  };
  return {
    stable,
    update: (actions: RowActions) => {
      latest = actions;
    },
  };
}
