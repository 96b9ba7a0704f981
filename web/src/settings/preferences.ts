import { useSyncExternalStore } from 'react';

/** What somebody likes, in this browser. None of it says who they are. */
export interface Preferences {
  theme: 'system' | 'light' | 'dark';
  density: 'comfortable' | 'compact';
  /** Whether the end of a job is told while the page is hidden. */
  notifies: boolean;
}

const storageKey = 'fovea-jobs.preferences';
const byDefault: Preferences = { theme: 'system', density: 'comfortable', notifies: false };

function read(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Preferences>;
    return { ...byDefault, ...stored };
  } catch {
    return byDefault; // something else has been written there
  }
}

let preferences = byDefault;
const listeners = new Set<() => void>();

function show(next: Preferences): void {
  preferences = next;
  const { dataset } = document.documentElement;
  dataset['theme'] = next.theme;
  dataset['density'] = next.density;
  for (const listener of listeners) listener();
}

/** Applies what was chosen before, and what is chosen in other tabs. Once, before anything is shown. */
export function startPreferences(): void {
  show(read());
  addEventListener('storage', ({ key }) => {
    if (key === storageKey) show(read());
  });
}

export function setPreferences(change: Partial<Preferences>): void {
  const next = { ...preferences, ...change };
  localStorage.setItem(storageKey, JSON.stringify(next));
  show(next);
}

export const getPreferences = (): Preferences => preferences;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, getPreferences);
