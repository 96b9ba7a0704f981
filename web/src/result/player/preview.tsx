import { formatDuration } from '../../time/time.tsx';
import styles from './preview.module.css';
import { Thumbnail } from './thumbnail.tsx';

/** What is at a place of the scrubber: its time, and the moment that is marked there. The slider says the same to the ear. */
export function Preview({
  time,
  duration,
  mark,
}: {
  time: number;
  duration: number;
  mark: { time: number; label: string } | undefined;
}) {
  const at = mark?.time ?? time;
  const place = { '--at': `${(at / duration) * 100}%` } as React.CSSProperties;
  return (
    <div className={styles.preview} style={place} data-has-mark={mark !== undefined} aria-hidden>
      {mark && <Thumbnail time={mark.time} />}
      <b>{formatDuration(at * 1_000)}</b>
      {mark && <span dir="auto">{mark.label}</span>}
    </div>
  );
}
