import { useSyncExternalStore } from 'react';

/** So far down the first row is out of sight, in pixels. */
const threshold = 160;

function subscribe(listener: () => void): () => void {
  addEventListener('scroll', listener, { passive: true });
  return () => removeEventListener('scroll', listener);
}

/** Whether somebody reads further down, where rows that come above would move what they read. */
export function useIsScrolled(): boolean {
  return useSyncExternalStore(subscribe, () => scrollY > threshold);
}
