import type { ReactNode } from 'react';
import { useMessages } from '../../messages/messages.tsx';
import { formatDuration } from '../../time/time.tsx';
import { toMomentSearch, useSeek } from '../player/use-seek.ts';
import styles from './moment-link.module.css';

/** A moment of the video: a link that goes there, and that can be copied. */
export function MomentLink({
  time,
  confidence,
  children,
}: {
  /** Seconds. */
  time: number;
  confidence?: number;
  children?: ReactNode;
}) {
  const { result: m } = useMessages();
  const seek = useSeek();
  const clock = formatDuration(time * 1_000);
  return (
    <a
      className={styles.moment}
      href={toMomentSearch(time)}
      aria-label={m.goTo(clock)}
      title={confidence === undefined ? undefined : m.likely(Math.round(confidence * 100))}
      onClick={(event) => {
        // With one of these it is opened elsewhere.
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        seek(time);
      }}
    >
      {children ?? clock}
    </a>
  );
}
