import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { PlayedVideoFragment, SummaryViewFragment } from '../../api/generated/types.ts';
import { useMessages } from '../../messages/messages.tsx';
import { Panel, ResultLayout } from '../layout.tsx';
import { Facts, Hint } from '../facts.tsx';
import { KeyFrames } from '../player/key-frames.tsx';
import { PlaybackProvider } from '../player/playback-provider.tsx';
import { Player } from '../player/player.tsx';
import { TranscriptPanel } from '../transcript/transcript-panel.tsx';
import { ChosenClaimContext } from './chosen-claim.ts';
import { ClaimList } from './claim-list.tsx';
import { ClaimedText } from './claimed-text.tsx';
import { listAll, toMarks } from './claims.ts';
import type { Claim } from './claims.ts';

interface SummaryPartsProps {
  jobId: string;
  summary: SummaryViewFragment;
  claims: readonly Claim[];
  /** Where the job is about the claims, these come first. */
  areClaimsFirst?: boolean;
}

/** A summary, its claims, and the video that they are about. */
export function SummaryParts({ jobId, summary, claims, areClaimsFirst }: SummaryPartsProps) {
  const [chosen, setChosen] = useState<string>();
  const marks = useMemo(
    () => summary.keyFrames.map((it) => ({ time: it.timestamp, label: it.description })),
    [summary],
  );
  const { video, transcript } = summary;
  const parts = [
    <SummaryPanel key="text" summary={summary} claims={claims} />,
    <ClaimsPanel key="claims" claims={claims} />,
  ];
  return (
    <PlaybackProvider duration={video.durationSeconds}>
      <ChosenClaimContext value={{ id: chosen, choose: setChosen }}>
        <ResultLayout
          video={
            <>
              <Player jobId={jobId} video={video} marks={marks} />
              <KeyFrames frames={summary.keyFrames} />
              {transcript && (
                <TranscriptPanel jobId={jobId} transcript={transcript} title={video.title} />
              )}
            </>
          }
        >
          {areClaimsFirst ? parts.toReversed() : parts}
        </ResultLayout>
      </ChosenClaimContext>
    </PlaybackProvider>
  );
}

/** Claims for those who may not see the summary, as it is of another job. */
export function ClaimsAlone({
  jobId,
  video,
  claims,
}: {
  jobId: string;
  video: PlayedVideoFragment | null;
  claims: readonly Claim[];
}) {
  const marks = useMemo(() => toMarks(claims), [claims]);
  return (
    <PlaybackProvider duration={video?.durationSeconds ?? null}>
      <ResultLayout video={video && <Player jobId={jobId} video={video} marks={marks} />}>
        <ClaimsPanel claims={claims} />
      </ResultLayout>
    </PlaybackProvider>
  );
}

function SummaryPanel({
  summary,
  claims,
}: {
  summary: SummaryViewFragment;
  claims: readonly Claim[];
}) {
  const { result: m } = useMessages();
  const { persona, confidence, modelsUsed, visualAnalysis } = summary;
  const note: ReactNode =
    confidence === null ? undefined : m.confident(Math.round(confidence * 100));
  return (
    <Panel title={m.summary} note={note}>
      <ClaimedText text={summary.text} claims={claims} />
      <Facts
        facts={[
          [m.persona, persona ? `${persona.name}: ${persona.informationNeed}` : null],
          [m.seen, visualAnalysis],
          [m.models, modelsUsed.join(', ')],
        ]}
      />
    </Panel>
  );
}

function ClaimsPanel({ claims }: { claims: readonly Claim[] }) {
  const { result: m } = useMessages();
  return (
    <Panel title={m.claims} note={claims.length > 0 && m.claimCount(listAll(claims).length)}>
      {claims.length > 0 ? <ClaimList claims={claims} /> : <Hint>{m.noClaims}</Hint>}
    </Panel>
  );
}
