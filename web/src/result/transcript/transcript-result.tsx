import { TranscriptResult } from '../../api/generated/documents.ts';
import { useMessages } from '../../messages/messages.tsx';
import { Facts } from '../facts.tsx';
import { ResultLayout } from '../layout.tsx';
import { PlaybackProvider } from '../player/playback-provider.tsx';
import { Player } from '../player/player.tsx';
import { useResult } from '../use-result.tsx';
import { TranscriptPanel } from './transcript-panel.tsx';

/** What is said in a video, beside it. */
export function TranscriptResultView({ id }: { id: string }) {
  const { result: m } = useMessages();
  const { result, notice } = useResult(TranscriptResult, id);
  if (!result) return notice;
  const { video, language, modelsUsed } = result;
  return (
    <PlaybackProvider duration={video.durationSeconds}>
      <ResultLayout video={<Player jobId={id} video={video} />}>
        <TranscriptPanel jobId={id} transcript={result} title={video.title} isWide />
        <Facts
          facts={[
            [m.language, language],
            [m.models, modelsUsed.join(', ')],
          ]}
        />
      </ResultLayout>
    </PlaybackProvider>
  );
}
