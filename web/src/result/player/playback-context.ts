import { createContext, useContext, useSyncExternalStore } from 'react';
import { createPlayback } from './playback.ts';
import type { Playback, PlaybackState } from './playback.ts';

export const PlaybackContext = createContext<Playback>(createPlayback(null));

/** The clock of the video that is shown. */
export const usePlayback = (): Playback => useContext(PlaybackContext);

/** Something that the clock says: rendered again when that differs, not with each picture. */
export function usePlaybackState<Selected extends string | number | boolean | undefined>(
  select: (state: PlaybackState) => Selected,
): Selected {
  const { get, subscribe } = usePlayback();
  return useSyncExternalStore(subscribe, () => select(get()));
}
