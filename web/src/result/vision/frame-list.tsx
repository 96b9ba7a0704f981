import type { FoundFrameFragment } from '../../api/generated/types.ts';
import { useMessages } from '../../messages/messages.tsx';
import { formatDuration } from '../../time/time.tsx';
import { Hint } from '../facts.tsx';
import { usePlaybackState } from '../player/playback-context.ts';
import { useSeek } from '../player/use-seek.ts';
import { findFrame, intoFrame } from './frames.ts';
import styles from './vision.module.css';

/** The frames with objects: what the boxes say, in words. */
export function FrameList({
  frames,
  colors,
}: {
  frames: readonly FoundFrameFragment[];
  colors: ReadonlyMap<string, number>;
}) {
  const { result: m } = useMessages();
  const seek = useSeek();
  const here = usePlaybackState(({ time }) => findFrame(frames, time)?.frameNumber);
  if (frames.length === 0) return <Hint>{m.nothingFound}</Hint>;
  return (
    <ol className={styles.frames}>
      {frames.map(({ frameNumber, timestamp, detections }) => (
        <li key={frameNumber}>
          <button
            type="button"
            aria-current={frameNumber === here}
            onClick={() => seek(timestamp + intoFrame)}
          >
            <span className={styles.time}>{formatSeconds(timestamp)}</span>
            <span className={styles.names}>
              {[...Map.groupBy(detections, ({ label }) => label)].map(([label, found]) => (
                <span key={label}>
                  <i className={styles.swatch} data-color={(colors.get(label) ?? 0) % 6} />
                  <span dir="auto">{label}</span>
                  {found.length > 1 && ` × ${found.length}`}
                </span>
              ))}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

/** With tenths: frames are close to one another. */
function formatSeconds(time: number): string {
  const tenths = Math.round(time * 10);
  return `${formatDuration(tenths * 100)}.${tenths % 10}`;
}
