import type { RefObject } from 'react';
import { Button } from '../../controls/button.tsx';
import { Icon } from '../../controls/icon.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { useShortcut } from '../../shell/shortcuts.ts';
import { formatDuration } from '../../time/time.tsx';
import { usePlayback, usePlaybackState } from './playback-context.ts';
import styles from './player.module.css';
import type { Mark } from './scrubber.tsx';

const rates = [0.5, 1, 1.5, 2];

interface ControlsProps {
  /** What fills the screen. */
  stage: RefObject<HTMLElement | null>;
  marks: readonly Mark[];
  isPlaying: boolean;
}

/** What one can do with the video, below it. */
export function Controls({ stage, marks, isPlaying }: ControlsProps) {
  const { result: m } = useMessages();
  const { toggle, seek, get, setRate, setMuted } = usePlayback();
  const hasPicture = usePlaybackState((state) => state.hasPicture);
  const rate = usePlaybackState((state) => state.rate);
  const isMuted = usePlaybackState((state) => state.isMuted);
  const times = marks.map(({ time }) => time).toSorted((a, b) => a - b);
  const goBack = () => seek(times.findLast((time) => time < get().time - 1) ?? 0);
  const goOn = () => {
    const next = times.find((time) => time > get().time + 0.05);
    if (next !== undefined) seek(next);
  };
  useShortcut('k', m.playOrPause, toggle);
  useShortcut('[', m.previousMoment, goBack);
  useShortcut(']', m.nextMoment, goOn);
  return (
    <div className={styles.controls}>
      <Button
        kind="primary"
        className={styles.play}
        disabled={!hasPicture}
        aria-label={isPlaying ? m.pause : m.play}
        onClick={toggle}
      >
        <Icon name={isPlaying ? 'pause' : 'play'} />
      </Button>
      {times.length > 0 && (
        <>
          <Button kind="quiet" aria-label={m.previousMoment} onClick={goBack}>
            <Icon name="back" />
          </Button>
          <Button kind="quiet" aria-label={m.nextMoment} onClick={goOn}>
            <Icon name="next" />
          </Button>
        </>
      )}
      <TimeText />
      <span className={styles.space} />
      <select
        className={styles.rate}
        aria-label={m.speed}
        value={rate}
        disabled={!hasPicture}
        onChange={({ target }) => setRate(Number(target.value))}
      >
        {rates.map((it) => (
          <option key={it} value={it}>
            {it}×
          </option>
        ))}
      </select>
      <Button
        kind="quiet"
        disabled={!hasPicture}
        aria-pressed={isMuted}
        aria-label={m.mute}
        onClick={() => setMuted(!isMuted)}
      >
        <Icon name={isMuted ? 'muted' : 'sound'} />
      </Button>
      <Button
        kind="quiet"
        aria-label={m.fullScreen}
        onClick={() => {
          // Where a browser refuses it, the video stays where it is.
          if (document.fullscreenElement) void document.exitFullscreen();
          else stage.current?.requestFullscreen().catch(() => undefined);
        }}
      >
        <Icon name="full" />
      </Button>
    </div>
  );
}

function TimeText() {
  const seconds = usePlaybackState((state) => Math.floor(state.time));
  const duration = usePlaybackState((state) => state.duration);
  return (
    <span className={styles.time} aria-hidden="true">
      {formatDuration(seconds * 1_000)} <span>/ {formatDuration(duration * 1_000)}</span>
    </span>
  );
}
