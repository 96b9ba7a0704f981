import type { FoundFrameFragment } from '../../api/generated/types.ts';
import { usePlaybackState } from '../player/playback-context.ts';
import { findFrame } from './frames.ts';
import { BoxOverlay } from './overlay.tsx';

interface DetectionOverlayProps {
  frames: readonly FoundFrameFragment[];
  colors: ReadonlyMap<string, number>;
  /** How long a picture is shown. */
  frameSeconds: number;
}

/** The boxes of the frame that is nearest; faint where the picture is not that frame. */
export function DetectionOverlay({ frames, colors, frameSeconds }: DetectionOverlayProps) {
  const time = usePlaybackState((state) => state.time);
  const frame = findFrame(frames, time);
  const isFaint = frame !== undefined && Math.abs(frame.timestamp - time) > frameSeconds;
  const boxes = (frame?.detections ?? []).map(({ index, label, confidence, box }) => ({
    key: index,
    label,
    confidence,
    color: colors.get(label) ?? 0,
    box,
    isFaint,
  }));
  return <BoxOverlay boxes={boxes} time={time} />;
}
