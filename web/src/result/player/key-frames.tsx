import type { SummaryViewFragment } from '../../api/generated/types.ts';
import { useMessages } from '../../messages/messages.tsx';
import { formatDuration } from '../../time/time.tsx';
import styles from './key-frames.module.css';
import { usePlaybackState } from './playback-context.ts';
import { Thumbnail } from './thumbnail.tsx';
import { useSeek } from './use-seek.ts';

type KeyFrame = SummaryViewFragment['keyFrames'][number];

/** The moments that a summary is based on. */
export function KeyFrames({ frames }: { frames: readonly KeyFrame[] }) {
  const { result: m } = useMessages();
  const seek = useSeek();
  // The last that has begun is the one that is shown.
  const here = usePlaybackState(({ time }) =>
    frames.findLastIndex(({ timestamp }) => time > 0 && timestamp <= time + 0.05),
  );
  if (frames.length === 0) return null;
  return (
    <section className={styles.keyFrames} aria-label={m.keyFrames}>
      <h2>{m.keyFrames}</h2>
      <ol>
        {frames.map((frame, index) => (
          <li key={index}>
            <button
              type="button"
              aria-current={index === here}
              onClick={() => seek(frame.timestamp)}
            >
              <Thumbnail time={frame.timestamp} />
              <b>{formatDuration(frame.timestamp * 1_000)}</b>
              <span dir="auto">{frame.description}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
