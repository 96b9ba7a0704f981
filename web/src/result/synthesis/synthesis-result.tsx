import { useMemo } from 'react';
import { useSearch } from 'wouter';
import { SynthesisResult } from '../../api/generated/documents.ts';
import type { PlayedVideoFragment } from '../../api/generated/types.ts';
import { Problem } from '../../controls/notice.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { Facts } from '../facts.tsx';
import { Panel, ResultLayout } from '../layout.tsx';
import { PlaybackProvider } from '../player/playback-provider.tsx';
import { Player } from '../player/player.tsx';
import { toMarks } from '../summary/claims.ts';
import { useResult } from '../use-result.tsx';
import { divideByCitations } from './cite.ts';
import { CitedText } from './cited-text.tsx';
import type { Synthesis } from './synthesis.ts';
import { ConflictList } from './conflict-list.tsx';
import { SourceList } from './source-list.tsx';
import { useSourceClaims } from './use-source-claims.ts';

/** One text of several summaries, and where each statement comes from. */
export function SynthesisResultView({ id }: { id: string }) {
  const { result, job, notice } = useResult(SynthesisResult, id);
  if (!result) return notice;
  return <SynthesisParts jobId={id} synthesis={result} subject={job.subject.video} />;
}

const noClaims: readonly never[] = [];

interface SynthesisPartsProps {
  jobId: string;
  synthesis: Synthesis;
  /** The video, if there is only one. */
  subject: PlayedVideoFragment | null;
}

function SynthesisParts({ jobId, synthesis, subject }: SynthesisPartsProps) {
  const { result: m } = useMessages();
  const { text, summaries, claimsUsed, conflictCount, conflicts, strategy, modelUsed } = synthesis;
  const { claims, error } = useSourceClaims(summaries.map(({ id }) => id));
  const sources = useMemo(
    () => summaries.map(({ id }) => claims.get(id) ?? noClaims),
    [summaries, claims],
  );
  const pieces = useMemo(() => divideByCitations(text, sources), [text, sources]);
  const chosen = Number(new URLSearchParams(useSearch()).get('source') ?? 1) - 1;
  const here = summaries[chosen] ? chosen : 0;
  // The holder of a ticket sees no summaries, which are of other jobs.
  const video = summaries[here]?.video ?? subject;
  const marks = toMarks(sources[here] ?? noClaims);
  return (
    // Another source is another video, which begins at the moment in the page's URL.
    <PlaybackProvider key={here} duration={video?.durationSeconds ?? null}>
      <ResultLayout
        video={
          <>
            {video && <Player key={video.id} jobId={jobId} video={video} marks={marks} />}
            {summaries.length > 0 && <SourceList summaries={summaries} here={here} />}
          </>
        }
      >
        {conflicts.length > 0 && (
          <Panel title={m.conflicts} note={m.conflictCount(conflictCount ?? 0)} isWide>
            <ConflictList
              conflicts={conflicts}
              sources={sources}
              here={here}
              titles={summaries.map((it) => it.video.title)}
            />
          </Panel>
        )}
        <Panel title={m.synthesis} note={m.claimsUsed(claimsUsed)} isWide>
          {error && <Problem error={error} />}
          <CitedText pieces={pieces} here={here} titles={summaries.map((it) => it.video.title)} />
          <Facts
            facts={[
              [
                m.conflicts,
                conflictCount === null ? m.conflictsUnknown : m.conflictCount(conflictCount),
              ],
              [m.arranged, m.strategies[strategy]],
              [m.models, modelUsed],
            ]}
          />
        </Panel>
      </ResultLayout>
    </PlaybackProvider>
  );
}
