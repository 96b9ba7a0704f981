import { memo } from 'react';
import { useMessages } from '../../messages/messages.tsx';
import { usePlaybackState } from '../player/playback-context.ts';
import { useSeek } from '../player/use-seek.ts';
import { useChosenClaim } from './chosen-claim.ts';
import styles from './claim-list.module.css';
import { isSaidAt } from './claims.ts';
import type { Claim } from './claims.ts';
import { Confidence } from './confidence.tsx';
import { MomentLink } from './moment-link.tsx';

/** Claims, each with how sure the model is, where it is said, and the claims that it consists of. */
export const ClaimList = memo(({ claims }: { claims: readonly Claim[] }) => (
  <ol className={styles.list}>
    {claims.map((claim) => (
      <ClaimItem key={claim.id} claim={claim} />
    ))}
  </ol>
));

function ClaimItem({ claim }: { claim: Claim }) {
  const { result: m } = useMessages();
  const seek = useSeek();
  const { id: chosen, choose } = useChosenClaim();
  const isSaid = usePlaybackState(({ time }) => time > 0 && isSaidAt(claim, time));
  const { subclaims = [], moments } = claim;
  const [first] = moments;
  return (
    <li>
      <div
        className={styles.claim}
        data-said={isSaid}
        data-chosen={chosen === claim.id}
        onPointerEnter={() => choose(claim.id)}
        onPointerLeave={() => choose(undefined)}
      >
        {first ? (
          <button
            type="button"
            className={styles.text}
            dir="auto"
            onClick={() => seek(first.start)}
            onFocus={() => choose(claim.id)}
            onBlur={() => choose(undefined)}
          >
            {claim.text}
          </button>
        ) : (
          <span className={styles.text} dir="auto">
            {claim.text}
          </span>
        )}
        <div className={styles.facts}>
          <Confidence share={claim.confidence} />
          {claim.claimType !== null && <span className={styles.kind}>{claim.claimType}</span>}
          {moments.map(({ start, confidence }) => (
            <MomentLink key={start} time={start} confidence={confidence} />
          ))}
          {!first && <span className={styles.kind}>{m.notFound}</span>}
        </div>
      </div>
      {subclaims.length > 0 && <ClaimList claims={subclaims} />}
    </li>
  );
}
