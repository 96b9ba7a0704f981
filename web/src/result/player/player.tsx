import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { PlayedVideoFragment } from '../../api/generated/types.ts';
import { useMessages } from '../../messages/messages.tsx';
import { Controls } from './controls.tsx';
import { usePlayback, usePlaybackState } from './playback-context.ts';
import styles from './player.module.css';
import { Scrubber } from './scrubber.tsx';
import type { Mark } from './scrubber.tsx';
import { useMediaUrl } from './use-media-url.ts';

export interface PlayerProps {
  jobId: string;
  video: PlayedVideoFragment;
  /** Moments on the scrubber. */
  marks?: readonly Mark[];
  /** Drawn over the picture, in shares of it. */
  children?: ReactNode;
}

/** The video of a result. Where it cannot be played, its place stays, and all that goes by time works. */
export function Player({ jobId, video, marks = [], children }: PlayerProps) {
  const { result: m } = useMessages();
  const { attach, toggle } = usePlayback();
  const media = useMediaUrl(jobId, video.mediaUrl);
  const element = useRef<HTMLVideoElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  const [ratio, setRatio] = useState(toRatio(video));
  const isPlaying = usePlaybackState((state) => state.isPlaying);
  useEffect(() => {
    if (media.url !== undefined) return attach(element.current!);
    return undefined;
  }, [attach, media.url]);
  const problem = findProblem();

  function findProblem(): string | undefined {
    if (video.mediaUrl === null) return m.noFile;
    if (media.error) return media.error.message;
    return failed ? m.cannotPlay : undefined;
  }

  function onError({ error }: HTMLVideoElement): void {
    // What has played and now fails has lost its ticket, or the server. What never began is of a format that the browser lacks.
    if (error?.code === MediaError.MEDIA_ERR_NETWORK) media.renew();
    else setFailed(true);
  }

  return (
    <section className={styles.player} aria-label={m.video(video.title)} dir="ltr">
      <div ref={stage} className={styles.stage}>
        <div className={styles.frame} style={{ '--ratio': ratio } as React.CSSProperties}>
          {media.url !== undefined && (
            // What is said is in the transcript beside it.
            // oxlint-disable-next-line jsx-a11y/media-has-caption
            <video
              ref={element}
              src={media.url}
              preload="auto"
              playsInline
              aria-label={video.title}
              tabIndex={-1}
              onClick={toggle}
              onLoadedMetadata={({ currentTarget: it }) => {
                setFailed(false);
                if (it.videoWidth > 0) setRatio(it.videoWidth / it.videoHeight);
              }}
              onError={({ currentTarget }) => onError(currentTarget)}
            />
          )}
          {children}
          {problem !== undefined && (
            <p className={styles.problem} dir="auto" role="status">
              {problem}
            </p>
          )}
        </div>
      </div>
      <Scrubber marks={marks} />
      <Controls stage={stage} marks={marks} isPlaying={isPlaying} />
    </section>
  );
}

function toRatio({ width, height }: PlayedVideoFragment): number {
  return width && height ? width / height : 16 / 9;
}
