import { useMessages } from '../../messages/messages.tsx';
import { formatDuration } from '../../time/time.tsx';
import { listAll } from '../summary/claims.ts';
import type { Claim } from '../summary/claims.ts';
import { Confidence } from '../summary/confidence.tsx';
import type { Citation } from './cite.ts';
import styles from './conflict-list.module.css';
import { SourceLink } from './source-link.tsx';
import type { Synthesis } from './synthesis.ts';

interface ConflictListProps {
  conflicts: Synthesis['conflicts'];
  /** The claims of each source. */
  sources: readonly (readonly Claim[])[];
  /** The source whose video is shown. */
  here: number;
  /** Of the sources. */
  titles: readonly string[];
}

/** Claims that contradict each other, side by side: hear both, then judge. */
export function ConflictList({ conflicts, sources, here, titles }: ConflictListProps) {
  const found = new Map<string, Citation>(
    sources.flatMap((claims, source) =>
      listAll(claims).map((claim) => [claim.id, { claim, source }] as const),
    ),
  );
  return (
    <ol className={styles.conflicts}>
      {conflicts.map(({ reason, claims }, index) => (
        <li key={index}>
          <div className={styles.sides}>
            {claims.map(({ claimId, text }) => (
              <Side
                key={claimId}
                text={text}
                citation={found.get(claimId)}
                here={here}
                titles={titles}
              />
            ))}
          </div>
          <p className={styles.reason} dir="auto">
            {reason}
          </p>
        </li>
      ))}
    </ol>
  );
}

/** One of the claims. That of an older extraction is here with its text alone. */
function Side({
  text,
  citation,
  here,
  titles,
}: {
  text: string;
  citation: Citation | undefined;
} & Pick<ConflictListProps, 'here' | 'titles'>) {
  const { result: m } = useMessages();
  const { claim, source = 0 } = citation ?? {};
  const [moment] = claim?.moments ?? [];
  const clock = moment && formatDuration(moment.start * 1_000);
  return (
    <div className={styles.side}>
      <blockquote dir="auto">{text}</blockquote>
      <footer>
        {claim && <Confidence share={claim.confidence} />}
        {moment && clock !== undefined && (
          <SourceLink
            className={styles.moment}
            source={source}
            here={here}
            time={moment.start}
            title={m.saidAt(clock)}
          >
            {clock}
          </SourceLink>
        )}
        {citation && <span dir="auto">{titles[source]}</span>}
      </footer>
    </div>
  );
}
