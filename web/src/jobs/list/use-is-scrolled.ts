import { useSyncExternalStore } from 'react';

/** So far down the first row is out of sight, in pixels. */
const threshold = 160;

/** Kept, since to ask for the position while a page is being changed makes the browser lay it out first. */
let isScrolled = false;

function subscribe(listener: () => void): () => void {
  const look = () => {
    isScrolled = scrollY > threshold;
    listener();
  };
  look();
  addEventListener('scroll', look, { passive: true });
  return () => removeEventListener('scroll', look);
}

/** Whether somebody reads further down, where rows that come above would move what they read. */
export function useIsScrolled(): boolean {
  return useSyncExternalStore(subscribe, () => isScrolled);
}
