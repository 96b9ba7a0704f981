import { useEffect, useRef } from 'react';

/** Asks again when something that was pushed says that the answer is old: at once, then at most every so often. */
export function useRefetch(signal: unknown, refetch: () => void, everyMs = 2_000): void {
  const last = useRef({ signal, at: 0 });
  useEffect(() => {
    if (last.current.signal === signal) return;
    const wait = Math.max(0, last.current.at + everyMs - Date.now());
    const timer = setTimeout(() => {
      last.current = { signal, at: Date.now() };
      refetch();
    }, wait);
    return () => clearTimeout(timer);
  }, [signal, refetch, everyMs]);
}
