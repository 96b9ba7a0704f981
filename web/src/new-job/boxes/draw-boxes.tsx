import { useRef, useState } from 'react';
import type { PointerEvent } from 'react';
import { BoxesVideo } from '../../api/generated/documents.ts';
import { useQuery } from '../../api/use-query.ts';
import { useMessages } from '../../messages/messages.tsx';
import { useMediaUrl } from '../../result/player/use-media-url.ts';
import type { BesideListProps } from '../form/form-props.ts';
import { addBox, readBox, toBox } from './box.ts';
import type { Box, Point } from './box.ts';
import styles from './boxes.module.css';

/** A frame of the video, on which boxes are drawn by the pointer. The numbers below say the same. */
export function DrawBoxes({ items, onItems, videoId, around }: BesideListProps) {
  const { data } = useQuery(BoxesVideo, videoId ? { id: videoId } : null);
  const video = data?.video;
  const { url } = useMediaUrl(video?.newestJob?.id ?? '', video?.mediaUrl ?? null);
  if (!url) return null;
  const start = Number(around['startSeconds'] ?? 0);
  return (
    <Frame
      url={`${url}#t=${Number.isFinite(start) ? start : 0}`}
      boxes={items.flatMap((item) => readBox(item) ?? [])}
      onDraw={(box) => onItems(addBox(items, box))}
    />
  );
}

interface FrameProps {
  url: string;
  boxes: readonly Box[];
  onDraw: (box: Box) => void;
}

function Frame({ url, boxes, onDraw }: FrameProps) {
  const { newJob: m } = useMessages();
  const from = useRef<Point>(undefined);
  const [drawn, setDrawn] = useState<Box>();
  const [isShown, setIsShown] = useState(false);
  const toPoint = ({ currentTarget, clientX, clientY }: PointerEvent): Point => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  };
  const end = () => {
    if (drawn && drawn.width > 0 && drawn.height > 0) onDraw(drawn);
    from.current = undefined;
    setDrawn(undefined);
  };
  return (
    <figure className={styles.figure} hidden={!isShown}>
      <figcaption>{m.draw}</figcaption>
      <div
        className={styles.frame}
        aria-hidden="true"
        data-testid="draw-boxes"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          from.current = toPoint(event);
        }}
        onPointerMove={(event) => {
          if (from.current) setDrawn(toBox(from.current, toPoint(event)));
        }}
        onPointerUp={end}
        onPointerCancel={end}
      >
        {/* A still: nothing is heard. */}
        <video src={url} muted preload="auto" onLoadedData={() => setIsShown(true)} />
        <svg viewBox="0 0 1 1" preserveAspectRatio="none">
          {[...boxes, ...(drawn ? [drawn] : [])].map((box, index) => (
            <rect key={`${index} ${box.x} ${box.y}`} {...box} />
          ))}
        </svg>
      </div>
    </figure>
  );
}
