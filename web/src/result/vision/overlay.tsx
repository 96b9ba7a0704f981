import { formatDuration } from '../../time/time.tsx';
import styles from './overlay.module.css';

/** In shares of the picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface DrawnBox {
  key: string | number;
  label: string;
  /** From 0 to 1. */
  confidence: number | null;
  /** Which of the hues. */
  color: number;
  box: Box;
  /** Near the picture in time, but not of it; or partly hidden. */
  isFaint: boolean;
}

/** Boxes over a picture. The lists beside it say the same to those who do not see them. */
export function BoxOverlay({ boxes, time }: { boxes: readonly DrawnBox[]; time: number }) {
  return (
    <div className={styles.overlay} aria-hidden="true" data-time={formatDuration(time * 1_000)}>
      {boxes.map(({ key, label, confidence, color, box, isFaint }) => (
        <div
          key={key}
          className={styles.box}
          data-color={color % 6}
          data-faint={isFaint}
          data-low={box.y < 0.1}
          data-right={box.x + box.width / 2 > 0.6}
          style={{
            left: `${box.x * 100}%`,
            top: `${box.y * 100}%`,
            width: `${box.width * 100}%`,
            height: `${box.height * 100}%`,
          }}
        >
          <span>
            {label} {confidence !== null && <b>{Math.round(confidence * 100)}</b>}
          </span>
        </div>
      ))}
    </div>
  );
}
