import { useEffect, useRef, useState } from 'react';
import styles from './thumbnail.module.css';
import { usePlayback, usePlaybackState } from './playback-context.ts';

/** The picture of a moment, once it is on the screen. Nothing where the video has no pictures. What it shows is said beside it. */
export function Thumbnail({ time }: { time: number }) {
  const hasPicture = usePlaybackState((state) => state.hasPicture);
  return hasPicture ? <Drawing time={time} /> : null;
}

function Drawing({ time }: { time: number }) {
  const { thumbnails } = usePlayback();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawnTime, setDrawnTime] = useState<number>();
  useEffect(() => {
    const shown = canvas.current!;
    let isWanted = true;
    const draw = async () => {
      const picture = await thumbnails.draw(time);
      if (!picture || !isWanted) return;
      shown.width = picture.width;
      shown.height = picture.height;
      shown.getContext('2d')!.drawImage(picture, 0, 0);
      setDrawnTime(time);
    };
    const observer = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting) return;
      observer.disconnect();
      void draw();
    });
    observer.observe(shown);
    return () => {
      isWanted = false;
      observer.disconnect();
    };
  }, [thumbnails, time]);
  return (
    <canvas
      ref={canvas}
      className={styles.thumbnail}
      aria-hidden="true"
      data-drawn={drawnTime === time}
    />
  );
}
