import { useEffect, useState } from 'react';
import type { JobLog } from 'fovea-jobs-client';
import { useClient } from 'fovea-jobs-client/react';

/** So often a log that grows is shown, in ms: each line alone would render the page thousands of times a second. */
const showEveryMs = 100;

export interface LogView extends JobLog {
  error: Error | undefined;
}

/** The lines of a job's log so far. The first come at once, those after them together. */
export function useLog(id: string, isJobOver: boolean): LogView {
  const source = useClient().sources.logs(id);
  const [snapshot, setSnapshot] = useState(source.get);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let shownAt = 0;
    const show = () => {
      timer = undefined;
      shownAt = performance.now();
      setSnapshot(source.get());
    };
    const stop = source.subscribe(() => {
      timer ??= setTimeout(show, Math.max(0, shownAt + showEveryMs - performance.now()));
    });
    show();
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [source]);
  // The log of a job that was retried goes on.
  useEffect(() => {
    if (!isJobOver && source.get().isOver) source.refresh();
  }, [source, isJobOver]);
  return { ...snapshot.value, error: snapshot.error };
}
