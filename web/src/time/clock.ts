import { useSyncExternalStore } from 'react';
import { toServerUrl } from '../api/locations.ts';

/** How far the server's clock is ahead of this machine's, in ms. Times of jobs are the server's. */
let offsetMs = 0;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  now = Date.now() + offsetMs;
  for (const listener of listeners) listener();
}

/** One timer for all that shows how long something takes. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    now = Date.now() + offsetMs;
    timer = setInterval(tick, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** The server's time, in ms since 1970, each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/**
 * Reads the server's clock from the header of an answer, which has seconds; the error is half of one and half of the way there
 * and back. Without an answer, the clock of this machine has to do.
 */
export async function adjustClock(): Promise<void> {
  const sentAt = Date.now();
  try {
    const response = await fetch(toServerUrl(''), { method: 'HEAD', cache: 'no-store' });
    const date = Date.parse(response.headers.get('date') ?? '');
    if (Number.isNaN(date)) return;
    const ahead = date + 500 - (sentAt + Date.now()) / 2;
    // A difference below the precision of the header is none.
    offsetMs = Math.abs(ahead) < 1_500 ? 0 : ahead;
    tick();
  } catch {
    // Offline: what is shown says so.
  }
}
