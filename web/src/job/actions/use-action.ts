import { useCallback, useEffect, useRef, useState } from 'react';

/** What a mutation answers: what it has done, or why it has not. */
type Outcome = { readonly __typename: string; readonly message?: string } | undefined;

export interface Action {
  run: () => void;
  isRunning: boolean;
  /** Why the latest call did nothing. */
  error: Error | undefined;
}

/** Runs something for a button: once at a time, with the reason if it was refused. */
export function useAction(perform: () => Promise<Outcome>): Action {
  const [state, setState] = useState<Omit<Action, 'run'>>({ isRunning: false, error: undefined });
  const latest = useRef(perform);
  useEffect(() => {
    latest.current = perform;
  });
  const isRunning = useRef(false);
  const run = useCallback(() => {
    if (isRunning.current) return;
    isRunning.current = true;
    setState({ isRunning: true, error: undefined });
    void (async () => {
      let error: Error | undefined;
      try {
        const outcome = await latest.current();
        if (outcome?.message !== undefined) error = new Error(outcome.message);
      } catch (error_) {
        error = error_ as Error;
      }
      isRunning.current = false;
      setState({ isRunning: false, error });
    })();
  }, []);
  return { run, ...state };
}
