import { useRef, useState } from 'react';
import type { PointerEvent } from 'react';
import { useMessages } from '../../messages/messages.tsx';
import { useElementKeys } from '../../shell/shortcuts.ts';
import { formatDuration } from '../../time/time.tsx';
import { usePlayback, usePlaybackState } from './playback-context.ts';
import { Preview } from './preview.tsx';
import styles from './scrubber.module.css';

export interface Mark {
  /** Seconds. */
  time: number;
  label: string;
}

interface Hovered {
  time: number;
  mark: Mark | undefined;
}

/** Seconds that an arrow key goes, and a page key. */
const step = 5;
const page = 30;

/** A mark that near to the pointer is meant, in pixels. */
const nearPx = 8;

/** Where the video is, and the moments in it. Time goes from left to right in every language, as on every player. */
export function Scrubber({ marks }: { marks: readonly Mark[] }) {
  const { result: m } = useMessages();
  const { seek, get } = usePlayback();
  const track = useRef<HTMLDivElement>(null);
  // Pixels are all that is seen of it: a tenth of a second is enough.
  const time = usePlaybackState((state) => Math.round(state.time * 10) / 10);
  const duration = usePlaybackState((state) => state.duration);
  const share = duration > 0 ? Math.min(1, time / duration) : 0;
  const [hovered, setHovered] = useState<Hovered>();
  const [isByKeys, setByKeys] = useState(false);
  const here = marks.findLast((mark) => mark.time <= time + 0.05 && time - mark.time < step);

  const shown = hovered ?? (isByKeys && here ? { time, mark: here } : undefined);

  function locate({ clientX }: PointerEvent): Hovered {
    const { left, width } = track.current!.getBoundingClientRect();
    const time = Math.min(1, Math.max(0, (clientX - left) / width)) * duration;
    const near = (nearPx / width) * duration;
    const [mark] = marks
      .filter((it) => Math.abs(it.time - time) <= near)
      .toSorted((a, b) => Math.abs(a.time - time) - Math.abs(b.time - time));
    return { time, mark };
  }

  const go = (by: number) => () => {
    setByKeys(true);
    seek(get().time + by);
  };
  const onKey = useElementKeys([
    ...['ArrowRight', 'ArrowUp'].map((keys) => ({ keys, label: m.goOn(step), run: go(step) })),
    ...['ArrowLeft', 'ArrowDown'].map((keys) => ({ keys, label: m.goBack(step), run: go(-step) })),
    { keys: 'PageUp', label: m.goOn(page), run: go(page) },
    { keys: 'PageDown', label: m.goBack(page), run: go(-page) },
    { keys: 'Home', label: m.goToStart, run: go(-Infinity) },
    { keys: 'End', label: m.goToEnd, run: go(duration) },
  ]);

  return (
    <div
      className={styles.scrubber}
      role="slider"
      tabIndex={0}
      aria-label={m.time}
      aria-valuemin={0}
      aria-valuemax={Math.round(duration)}
      aria-valuenow={Math.round(time)}
      aria-valuetext={m.timeText(
        formatDuration(time * 1_000),
        formatDuration(duration * 1_000),
        here?.label,
      )}
      onKeyDown={onKey}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const { time: wanted, mark } = locate(event);
        // What is shown there is what is meant.
        seek(mark?.time ?? wanted);
      }}
      onPointerMove={(event) => {
        const at = locate(event);
        setHovered(at);
        if (event.currentTarget.hasPointerCapture(event.pointerId)) seek(at.time);
      }}
      onPointerLeave={() => setHovered(undefined)}
      onFocus={({ currentTarget }) => setByKeys(currentTarget.matches(':focus-visible'))}
      onBlur={() => setByKeys(false)}
    >
      <div ref={track} className={styles.track}>
        <i className={styles.past} style={{ width: `${share * 100}%` }} />
        {duration > 0 &&
          marks.map((mark, index) => (
            <i
              key={index}
              className={styles.mark}
              data-past={mark.time <= time}
              style={{ left: `${(mark.time / duration) * 100}%` }}
            />
          ))}
        {duration > 0 && shown && <Preview {...shown} duration={duration} />}
        <i className={styles.thumb} style={{ left: `${share * 100}%` }} />
      </div>
    </div>
  );
}
