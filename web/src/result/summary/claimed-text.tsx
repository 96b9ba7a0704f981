import { useMemo } from 'react';
import { useMessages } from '../../messages/messages.tsx';
import { formatDuration } from '../../time/time.tsx';
import { usePlaybackState } from '../player/playback-context.ts';
import { toMomentSearch, useSeek } from '../player/use-seek.ts';
import { useChosenClaim } from './chosen-claim.ts';
import styles from './claimed-text.module.css';
import { divideByClaims, isSaidAt, listAll } from './claims.ts';
import type { Claim, Piece } from './claims.ts';

/** A text with its claims underlined. A claim is a link to where it is said; of several in one place, to that of the shortest. */
export function ClaimedText({ text, claims }: { text: string; claims: readonly Claim[] }) {
  const pieces = useMemo(() => divideByClaims(text, listAll(claims)), [text, claims]);
  return (
    <p className={styles.text} dir="auto">
      {pieces.map((piece) =>
        piece.claims.length > 0 ? (
          <ClaimedPiece key={piece.start} piece={piece} />
        ) : (
          <span key={piece.start}>{piece.text}</span>
        ),
      )}
    </p>
  );
}

function ClaimedPiece({ piece: { text, claims } }: { piece: Piece }) {
  const { result: m } = useMessages();
  const seek = useSeek();
  const { id: chosen, choose } = useChosenClaim();
  const isSaid = usePlaybackState(
    ({ time, isPlaying }) => (isPlaying || time > 0) && claims.some((it) => isSaidAt(it, time)),
  );
  const claim = claims.findLast(({ moments }) => moments.length > 0) ?? claims.at(-1)!;
  const [moment] = claim.moments;
  const marks = {
    className: styles.claim,
    'data-depth': Math.min(2, claims.length),
    'data-said': isSaid,
    'data-chosen': claims.some(({ id }) => id === chosen),
    onPointerEnter: () => choose(claim.id),
    onPointerLeave: () => choose(undefined),
  };
  if (!moment) {
    return (
      <span {...marks} title={m.notFound}>
        {text}
      </span>
    );
  }
  return (
    <a
      {...marks}
      href={toMomentSearch(moment.start)}
      title={m.saidAt(formatDuration(moment.start * 1_000))}
      onFocus={() => choose(claim.id)}
      onBlur={() => choose(undefined)}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        seek(moment.start);
      }}
    >
      {text}
    </a>
  );
}
