import { useEffect, useRef, useState } from 'react';
import { RetryFailed } from '../api/generated/documents.ts';
import { useOperation } from '../api/use-operation.ts';

/** Jobs that one call changes, by the API. */
const pageSize = 100;

interface State {
  isRunning: boolean;
  isOver: boolean;
  error: Error | undefined;
  /** Jobs that were asked for. */
  done: number;
  changed: number;
  unchanged: number;
}

const fresh: State = {
  isRunning: false,
  isOver: false,
  error: undefined,
  done: 0,
  changed: 0,
  unchanged: 0,
};

/** Retries these jobs, a page at a time, each once: one that fails again meanwhile is not retried again. Stops when it is left. */
export function useRetryAll(ids: readonly string[]) {
  const retryPage = useOperation(RetryFailed);
  const [state, setState] = useState(fresh);
  const leaving = useRef<AbortController>(undefined);
  // The group shrinks as it is retried: those that were meant are those of the beginning.
  const [all] = useState(ids);
  useEffect(() => () => leaving.current?.abort(), []);

  async function retry(): Promise<void> {
    const { signal } = (leaving.current = new AbortController());
    let now: State = { ...state, isRunning: true, error: undefined };
    const show = (change: Partial<State>) => setState((now = { ...now, ...change }));
    show({});
    try {
      while (now.done < all.length) {
        const page = all.slice(now.done, now.done + pageSize);
        const filter = { ids: page, states: ['FAILED' as const] };
        const { retryFailedJobs: outcome } = await retryPage({ filter }, signal);
        show({
          done: now.done + page.length,
          changed: now.changed + outcome.changed,
          unchanged: now.unchanged + page.length - outcome.changed,
        });
      }
      show({ isRunning: false, isOver: true });
    } catch (error) {
      if (!signal.aborted) show({ isRunning: false, error: error as Error });
    }
  }
  const percent = all.length === 0 ? 100 : Math.floor((state.done / all.length) * 100);
  return {
    ...state,
    progress: { percent, changed: state.changed, unchanged: state.unchanged },
    retry: () => void retry(),
  };
}
