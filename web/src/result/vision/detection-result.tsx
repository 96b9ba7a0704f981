import { useCallback, useMemo } from 'react';
import { DetectedFrames, DetectionResult } from '../../api/generated/documents.ts';
import type {
  DetectedFramesQuery,
  DetectionResultQuery,
  FoundFrameFragment,
} from '../../api/generated/types.ts';
import { Problem } from '../../controls/notice.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { Facts } from '../facts.tsx';
import { Panel, ResultLayout } from '../layout.tsx';
import { PlaybackProvider } from '../player/playback-provider.tsx';
import { Player } from '../player/player.tsx';
import { useJobRead } from '../read-job.ts';
import { useResult } from '../use-result.tsx';
import { DetectionOverlay } from './detection-overlay.tsx';
import { FrameList } from './frame-list.tsx';
import { LabelFilter } from './label-filter.tsx';
import { useFilter } from './use-filter.ts';
import { useRest } from './use-rest.ts';

type Detection = NonNullable<Extract<DetectionResultQuery['job'], { result: unknown }>['result']>;

/** The objects that were found in frames, drawn over them. */
export function DetectionResultView({ id }: { id: string }) {
  const { result, notice } = useResult(DetectionResult, id);
  if (!result) return notice;
  return <FoundObjects jobId={id} detection={result} />;
}

function FoundObjects({ jobId, detection }: { jobId: string; detection: Detection }) {
  const { result: m } = useMessages();
  const filter = useFilter();
  const { video, counts, detectionCount, frameCount, unreadFrames, query, modelUsed } = detection;
  const { items: frames, error } = useFrames(jobId, detection);
  const shown = useMemo(
    () => frames.map((frame) => applyFilter(frame, filter.hidden, filter.minPercent)),
    // The set is another one at each rendering, its content is not.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [frames, [...filter.hidden].join('\n'), filter.minPercent],
  );
  const colors = new Map(counts.map(({ label }, index) => [label, index]));
  const found = shown.filter(({ detections }) => detections.length > 0);
  const marks = found.map(({ timestamp, detections }) => ({
    time: timestamp,
    label: m.objects(detections.length),
  }));
  const shownCount = found.reduce((sum, { detections }) => sum + detections.length, 0);
  return (
    <PlaybackProvider duration={video.durationSeconds}>
      <ResultLayout
        video={
          <Player jobId={jobId} video={video} marks={marks}>
            <DetectionOverlay
              frames={shown}
              colors={colors}
              frameSeconds={1 / (video.frameRate ?? 25)}
            />
          </Player>
        }
      >
        <Panel title={m.labels} note={m.shownOf(shownCount, detectionCount)}>
          <LabelFilter counts={counts} colors={colors} filter={filter} />
        </Panel>
        <Panel title={m.frames} note={m.framesRead(frameCount, unreadFrames.length)}>
          {error && <Problem error={error} />}
          <FrameList frames={found} colors={colors} />
          <Facts
            facts={[
              [m.lookedFor, query],
              [m.models, modelUsed],
            ]}
          />
        </Panel>
      </ResultLayout>
    </PlaybackProvider>
  );
}

function useFrames(id: string, { frames, frameCount }: Detection) {
  const read = useJobRead<DetectedFramesQuery, { after: number }>(DetectedFrames);
  const readPage = useCallback(
    async ({ frameNumber }: FoundFrameFragment, signal: AbortSignal) => {
      const { job } = await read({ id, after: frameNumber }, signal);
      return (job && 'result' in job && job.result?.frames) || [];
    },
    [read, id],
  );
  return useRest(frames, frames.length >= frameCount, readPage);
}

function applyFilter(
  frame: FoundFrameFragment,
  hidden: ReadonlySet<string>,
  minPercent: number,
): FoundFrameFragment {
  const detections = frame.detections.filter(
    ({ label, confidence }) => !hidden.has(label) && confidence * 100 >= minPercent,
  );
  return { ...frame, detections };
}
