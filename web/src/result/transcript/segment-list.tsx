import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useMessages } from '../../messages/messages.tsx';
import { usePlaybackState } from '../player/playback-context.ts';
import { Hint } from '../facts.tsx';
import { chunkSize, SegmentChunk } from './segment-chunk.tsx';
import styles from './transcript.module.css';
import type { Segments } from './use-segments.ts';

interface SegmentListProps {
  loading: Segments;
  speakers: readonly string[];
  /** Only segments with this in their text are shown. */
  search: string;
  /** Whether what is said now is kept in sight. */
  isFollowing: boolean;
  /** Somebody has scrolled. */
  onLeave: () => void;
}

/** The segments, in chunks: of a long transcript, only those near what is seen are rendered. */
export function SegmentList({ loading, speakers, search, isFollowing, onLeave }: SegmentListProps) {
  const { result: m } = useMessages();
  const { segments, hasMore, loadMore } = loading;
  const pane = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const words = search.trim().toLowerCase();
  const shown = useMemo(
    () =>
      words === '' ? segments : segments.filter(({ text }) => text.toLowerCase().includes(words)),
    [segments, words],
  );
  const chunks = useMemo(
    () =>
      Array.from({ length: Math.ceil(shown.length / chunkSize) }, (_, index) =>
        shown.slice(index * chunkSize, (index + 1) * chunkSize),
      ),
    [shown],
  );
  const current = usePlaybackState(({ time }) => findCurrent(shown, time));

  const keepInSight = useCallback((row: HTMLElement) => {
    const it = pane.current!;
    const { top } = row.getBoundingClientRect();
    const distance = top - it.getBoundingClientRect().top - it.clientHeight / 3;
    // A long way is not worth watching.
    const isSmooth = Math.abs(distance) < 2 * it.clientHeight && !isReduced();
    it.scrollTo({ top: it.scrollTop + distance, behavior: isSmooth ? 'smooth' : 'auto' });
  }, []);

  useEffect(() => {
    if (!hasMore) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) loadMore().catch(() => undefined); // said by `error`
      },
      { root: pane.current, rootMargin: '50%' },
    );
    observer.observe(end.current!);
    return () => observer.disconnect();
  }, [hasMore, loadMore, segments]);

  return (
    <div ref={pane} className={styles.pane} onWheel={onLeave} onTouchMove={onLeave}>
      {words !== '' && (
        <p className={styles.found} role="status">
          {m.found(shown.length)}
        </p>
      )}
      {chunks.map((chunk, index) => (
        <SegmentChunk
          key={`${words}:${chunk[0]!.index}`}
          index={index}
          segments={chunk}
          speakers={speakers}
          words={words}
          keepInSight={isFollowing ? keepInSight : undefined}
          current={Math.floor(current / chunkSize) === index ? current % chunkSize : -1}
        />
      ))}
      {shown.length === 0 && words === '' && <Hint>{m.silence}</Hint>}
      <div ref={end} />
    </div>
  );
}

/** The last segment that has begun; -1 before the first. */
function findCurrent(segments: readonly { start: number }[], time: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    // Times of moments are rounded, those of segments are not.
    if (segments[middle]!.start <= time + 0.05) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const isReduced = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
