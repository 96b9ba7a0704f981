import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { createPlayback } from './playback.ts';
import { PlaybackContext } from './playback-context.ts';

/** The clock of a video for what is in it. It begins at the moment in the page's URL. */
export function PlaybackProvider({
  duration,
  children,
}: {
  /** Seconds; null if unknown. */
  duration: number | null;
  children: ReactNode;
}) {
  const [playback] = useState(() => {
    const made = createPlayback(duration);
    const at = Number(new URLSearchParams(location.search).get('at') ?? 0);
    if (at > 0) made.seek(at);
    return made;
  });
  useEffect(() => playback.thumbnails.release, [playback]);
  return <PlaybackContext value={playback}>{children}</PlaybackContext>;
}
