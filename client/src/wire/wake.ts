const names = ['online', 'offline', 'pageshow', 'visibilitychange'];

/** Calls `onWake` when the page may have slept or been offline, and `onOffline` when it is; outside of browsers never. */
export function watchPage(onWake: () => void, onOffline: () => void): () => void {
  const page = globalThis as Partial<Pick<Window, 'addEventListener' | 'removeEventListener'>>;
  const onEvent = ({ type }: Event) => (type === 'offline' ? onOffline : onWake)();
  for (const name of names) page.addEventListener?.(name, onEvent);
  return () => {
    for (const name of names) page.removeEventListener?.(name, onEvent);
  };
}
