import { useState } from 'react';
import { TrackingResult } from '../../api/generated/documents.ts';
import { useMessages } from '../../messages/messages.tsx';
import { Panel, ResultLayout } from '../layout.tsx';
import { PlaybackProvider } from '../player/playback-provider.tsx';
import { Player } from '../player/player.tsx';
import { useResult } from '../use-result.tsx';
import { TrackList } from './track-list.tsx';
import type { Tracking } from './tracking.ts';
import { TrackOverlay } from './track-overlay.tsx';
import { useTrackPaths } from './use-track-paths.ts';

/** Where objects went, drawn over the video. */
export function TrackingResultView({ id }: { id: string }) {
  const { result, notice } = useResult(TrackingResult, id);
  if (!result) return notice;
  return <TrackedObjects jobId={id} tracking={result} />;
}

function TrackedObjects({ jobId, tracking }: { jobId: string; tracking: Tracking }) {
  const { result: m } = useMessages();
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const { video, tracks, framesProcessed } = tracking;
  const paths = useTrackPaths(jobId, tracking);

  function toggle(index: number): void {
    const next = new Set(hidden);
    if (!next.delete(index)) next.add(index);
    setHidden(next);
  }

  return (
    <PlaybackProvider duration={video.durationSeconds}>
      <ResultLayout
        video={
          <Player jobId={jobId} video={video}>
            <TrackOverlay
              tracks={tracks.filter(({ index }) => !hidden.has(index))}
              paths={paths}
              frameSeconds={tracking.every / tracking.frameRate}
            />
          </Player>
        }
      >
        <Panel title={m.tracks} note={m.framesTracked(framesProcessed)} isWide>
          <TrackList tracking={tracking} paths={paths} hidden={hidden} onToggle={toggle} />
        </Panel>
      </ResultLayout>
    </PlaybackProvider>
  );
}
