import { usePlaybackState } from '../player/playback-context.ts';
import { findBox } from './frames.ts';
import type { TrackPath } from './frames.ts';
import { BoxOverlay } from './overlay.tsx';
import type { Track } from './tracking.ts';

interface TrackOverlayProps {
  tracks: readonly Track[];
  /** Of all tracks. */
  paths: readonly TrackPath[];
  /** From one tracked frame to the next. */
  frameSeconds: number;
}

/** The box of each track, where it is at the time of the picture. */
export function TrackOverlay({ tracks, paths, frameSeconds }: TrackOverlayProps) {
  const time = usePlaybackState((state) => state.time);
  const boxes = tracks.flatMap(({ index, label }) => {
    const found = findBox(paths[index]!, time, frameSeconds);
    return found ? [{ key: index, label: `${index + 1} ${label}`, color: index, ...found }] : [];
  });
  return <BoxOverlay boxes={boxes} time={time} />;
}
