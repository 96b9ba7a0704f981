import { memo, useEffect, useRef, useState } from 'react';
import type { SegmentFragment } from '../../api/generated/types.ts';
import { formatDuration } from '../../time/time.tsx';
import { useSeek } from '../player/use-seek.ts';
import styles from './transcript.module.css';

export const chunkSize = 50;
/** About the height of one, in rem, for the place of those that are not rendered. */
const rowHeight = 3;

interface SegmentChunkProps {
  index: number;
  segments: readonly SegmentFragment[];
  speakers: readonly string[];
  words: string;
  /** Which of them is said now; -1 for none. */
  current: number;
  /** Scrolls to what is said now; undefined if somebody reads elsewhere. */
  keepInSight: ((element: HTMLElement) => void) | undefined;
}

/** Some segments in a row. Those far from what is seen are a space of about their height. */
export const SegmentChunk = memo((props: SegmentChunkProps) => {
  const { index, segments, current, keepInSight } = props;
  const place = useRef<HTMLOListElement>(null);
  const [isNear, setNear] = useState(index === 0);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => setNear(entry!.isIntersecting), {
      root: place.current!.parentElement,
      rootMargin: '100%',
    });
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (current < 0 || !keepInSight) return;
    // Without its rows it is gone to as a whole, which makes them be rendered.
    const row = place.current!.querySelector<HTMLElement>('[aria-current="true"]');
    keepInSight(row ?? place.current!);
  }, [current, keepInSight, isNear]);
  return (
    <ol
      ref={place}
      className={styles.chunk}
      data-chunk={index}
      start={segments[0]!.index + 1}
      style={isNear ? undefined : { height: `${segments.length * rowHeight}rem` }}
    >
      {isNear && <Rows {...props} />}
    </ol>
  );
});

function Rows({ segments, speakers, words, current }: SegmentChunkProps) {
  const seek = useSeek();
  return segments.map(({ index, start, speaker, text }, place) => (
    <li key={index}>
      <button
        type="button"
        className={styles.segment}
        aria-current={place === current}
        onClick={() => seek(start)}
      >
        <span className={styles.time}>{formatDuration(start * 1_000)}</span>
        <span className={styles.said} dir="auto">
          {speaker !== null && segments[place - 1]?.speaker !== speaker && (
            <b data-color={speakers.indexOf(speaker) % 6}>{speaker}</b>
          )}
          <span>
            <Marked text={text} words={words} />
          </span>
        </span>
      </button>
    </li>
  ));
}

/** A text with what was searched for marked. */
function Marked({ text, words }: { text: string; words: string }) {
  if (words === '') return text;
  const lower = text.toLowerCase();
  // In a few scripts lower case has another length; then nothing is marked.
  if (lower.length !== text.length) return text;
  const parts = [];
  let from = 0;
  for (let at = lower.indexOf(words); at >= 0; at = lower.indexOf(words, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + words.length)}</mark>);
    from = at + words.length;
  }
  return [...parts, text.slice(from)];
}
