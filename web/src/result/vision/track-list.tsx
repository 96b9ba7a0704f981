import { useMessages } from '../../messages/messages.tsx';
import { formatDuration } from '../../time/time.tsx';
import { usePlaybackState } from '../player/playback-context.ts';
import { useSeek } from '../player/use-seek.ts';
import { Confidence } from '../summary/confidence.tsx';
import { intoFrame } from './frames.ts';
import type { TrackPath } from './frames.ts';
import type { Track, Tracking } from './tracking.ts';
import styles from './vision.module.css';

interface TrackListProps {
  tracking: Tracking;
  paths: readonly TrackPath[];
  hidden: ReadonlySet<number>;
  onToggle: (index: number) => void;
}

/** The tracks, and when each of them is seen. */
export function TrackList({ tracking, paths, hidden, onToggle }: TrackListProps) {
  return (
    <ol className={styles.tracks}>
      {tracking.tracks.map((track) => {
        const path = paths[track.index]!;
        const isHidden = hidden.has(track.index);
        return (
          <li key={track.index} data-hidden={isHidden}>
            <TrackRow track={track} path={path} isHidden={isHidden} onToggle={onToggle} />
            <Lane path={path} frameRate={tracking.frameRate} color={track.index} />
          </li>
        );
      })}
    </ol>
  );
}

interface TrackRowProps {
  track: Track;
  path: TrackPath;
  isHidden: boolean;
  onToggle: (index: number) => void;
}

function TrackRow({
  track: { index, label, confidence },
  path,
  isHidden,
  onToggle,
}: TrackRowProps) {
  const { result: m } = useMessages();
  const seek = useSeek();
  const name = `${index + 1} ${label}`;
  const [first] = path.points;
  return (
    <div className={styles.track}>
      <input
        type="checkbox"
        checked={!isHidden}
        aria-label={m.show(name)}
        onChange={() => onToggle(index)}
      />
      <i className={styles.swatch} data-color={index % 6} />
      {first ? (
        <button
          type="button"
          dir="auto"
          title={m.goTo(formatDuration(first.timestamp * 1_000))}
          onClick={() => seek(first.timestamp + intoFrame)}
        >
          {name}
        </button>
      ) : (
        <span dir="auto">{name}</span>
      )}
      {confidence === null ? <span>{m.neverFound}</span> : <Confidence share={confidence} />}
    </div>
  );
}

/** When an object is seen, on the time of the video. */
function Lane({ path, frameRate, color }: { path: TrackPath; frameRate: number; color: number }) {
  const { result: m } = useMessages();
  const duration = usePlaybackState((state) => state.duration);
  const time = usePlaybackState((state) => Math.round(state.time * 20) / 20);
  if (duration === 0) return null;
  const ranges = path.visible.map(({ startFrame, endFrame }) => ({
    start: startFrame / frameRate,
    end: (endFrame + 1) / frameRate,
  }));
  const words = ranges.map(
    ({ start, end }) => `${formatDuration(start * 1_000)}–${formatDuration(end * 1_000)}`,
  );
  return (
    <div className={styles.lane} dir="ltr" role="img" aria-label={m.seenAt(words.join(', '))}>
      {ranges.map(({ start, end }) => (
        <i
          key={start}
          className={styles.seen}
          data-color={color % 6}
          style={{
            left: `${(start / duration) * 100}%`,
            width: `${((end - start) / duration) * 100}%`,
          }}
        />
      ))}
      <i className={styles.playhead} style={{ left: `${(time / duration) * 100}%` }} />
    </div>
  );
}
