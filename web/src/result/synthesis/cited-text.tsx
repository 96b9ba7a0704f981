import { Fragment } from 'react';
import { useMessages } from '../../messages/messages.tsx';
import { formatDuration } from '../../time/time.tsx';
import { usePlaybackState } from '../player/playback-context.ts';
import { isSaidAt } from '../summary/claims.ts';
import type { Citation, CitedPiece } from './cite.ts';
import { toBlocks } from './blocks.ts';
import { SourceLink } from './source-link.tsx';
import styles from './synthesis.module.css';

interface CitedTextProps {
  pieces: readonly CitedPiece[];
  /** The source whose video is shown. */
  here: number;
  /** Of the sources. */
  titles: readonly string[];
}

/** A synthesis whose statements lead to where they are said. */
export function CitedText({ pieces, here, titles }: CitedTextProps) {
  return (
    <div className={styles.text} dir="auto">
      {toBlocks(pieces).map(({ kind, pieces: parts }, index) => {
        const content = parts.map((piece) => (
          <Fragment key={piece.start}>
            <Piece piece={piece} here={here} titles={titles} />
          </Fragment>
        ));
        if (kind === 'heading') return <h3 key={index}>{content}</h3>;
        return (
          <p key={index} className={kind === 'item' ? styles.item : undefined}>
            {content}
          </p>
        );
      })}
    </div>
  );
}

function Piece({ piece, here, titles }: { piece: CitedPiece } & Omit<CitedTextProps, 'pieces'>) {
  const { text, citation, marked } = piece;
  if (citation) return <CitedClaim citation={citation} text={text} here={here} />;
  if (marked === undefined) return text;
  return (
    <SourceLink
      className={styles.marker}
      source={marked}
      here={here}
      time={0}
      title={titles[marked]}
    >
      {text}
    </SourceLink>
  );
}

function CitedClaim({ citation, text, here }: { citation: Citation; text: string; here: number }) {
  const { result: m } = useMessages();
  const { claim, source } = citation;
  const isSaid = usePlaybackState(
    ({ time }) => source === here && time > 0 && isSaidAt(claim, time),
  );
  const [moment] = claim.moments;
  if (!moment) return <span title={m.notFound}>{text}</span>;
  return (
    <span data-said={isSaid} className={styles.cited}>
      <SourceLink
        source={source}
        here={here}
        time={moment.start}
        title={m.saidAt(formatDuration(moment.start * 1_000))}
      >
        {text}
      </SourceLink>
    </span>
  );
}
