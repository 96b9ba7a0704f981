import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import type { KeyboardEvent as ElementKeyEvent } from 'react';

export interface Shortcut {
  /** As `KeyboardEvent.key` says it, such as `j`, `?` or `Enter`; `mod+k` with Ctrl or ⌘; `g j` for one after the other. */
  keys: string;
  /** What it does, for the list behind `?` and the command palette. */
  label: string;
  run: () => void;
  /** It works while an element has the focus, which handles it itself. */
  isOfElement?: boolean;
}

/** A key of an element that has the focus. */
export interface ElementKey {
  keys: string;
  label: string;
  run: (element: HTMLElement) => void;
}

/** So long the first of two keys is remembered, in ms. */
const sequenceWithinMs = 1_000;

const shortcuts = new Set<{ readonly current: Shortcut }>();
const listeners = new Set<() => void>();
let listed: readonly Shortcut[] | undefined;

function change(): void {
  listed = undefined;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Those of what is on the screen now, in the order in which they were put there. */
export function listShortcuts(): readonly Shortcut[] {
  return (listed ??= [...shortcuts].map(({ current }) => current));
}

/** The same, rendered again when they change. */
export const useShortcuts = (): readonly Shortcut[] =>
  useSyncExternalStore(subscribe, listShortcuts);

/** A key that does something while this is on the screen, except while somebody types into a field. */
export function useShortcut(keys: string, label: string, run: () => void): void {
  const shortcut = useRef<Shortcut>({ keys, label, run });
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    shortcut.current = { keys, label, run: () => latest.current() };
    shortcuts.add(shortcut);
    change();
    return () => {
      shortcuts.delete(shortcut);
      change();
    };
  }, [keys, label]);
}

/**
 * The keys of an element, or of many alike, that can have the focus: returns what handles them, always the same function. What
 * is handled is what the list behind `?` shows.
 */
export function useElementKeys(
  table: readonly ElementKey[],
): (event: ElementKeyEvent<HTMLElement>) => void {
  const latest = useRef(table);
  useEffect(() => {
    latest.current = table;
  });
  const listing = JSON.stringify(table.map(({ keys, label }) => [keys, label]));
  useEffect(() => {
    const entries = (JSON.parse(listing) as [string, string][]).map(([keys, label]) => ({
      current: { keys, label, run: () => undefined, isOfElement: true },
    }));
    for (const entry of entries) shortcuts.add(entry);
    change();
    return () => {
      for (const entry of entries) shortcuts.delete(entry);
      change();
    };
  }, [listing]);
  return useCallback((event) => {
    // What is in it has keys of its own.
    if (event.target !== event.currentTarget) return;
    const found = latest.current.find(({ keys }) => keys === event.key);
    if (!found) return;
    event.preventDefault();
    event.stopPropagation();
    found.run(event.currentTarget);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
  );
}

/** In front of a dialog, the keys of the page behind it do nothing. */
const hasDialog = () => document.querySelector('dialog:modal') !== null;

/** Runs the shortcut of a key. Once, in the frame of the page. */
export function useShortcutKeys(): void {
  useEffect(() => {
    let first = '';
    let at = 0;
    const onKey = (event: KeyboardEvent) => {
      const hasModifier = event.ctrlKey || event.metaKey;
      if (event.altKey || event.isComposing || hasDialog()) return;
      if (isTyping(event.target) && !hasModifier) return;
      const key = hasModifier ? `mod+${event.key.toLowerCase()}` : event.key;
      const isSecond = first !== '' && event.timeStamp - at < sequenceWithinMs;
      const keys = isSecond ? `${first} ${key}` : key;
      first = '';
      // What was put on the screen last is what the key is for.
      const found = listShortcuts().findLast((it) => it.keys === keys && !it.isOfElement);
      if (found) {
        event.preventDefault();
        found.run();
      } else if (!isSecond && listShortcuts().some((it) => it.keys.startsWith(`${key} `))) {
        first = key;
        at = event.timeStamp;
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
