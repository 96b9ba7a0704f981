import { numberFormat } from '../messages/formats.ts';
import { useLanguage, useMessages } from '../messages/messages.tsx';
import styles from './compare.module.css';
import { matchClaims } from './match-claims.ts';
import type { Claim } from './match-claims.ts';

/** Which claims both runs state, and which only one does. */
export function ClaimChanges({
  before,
  after,
}: {
  before: readonly Claim[];
  after: readonly Claim[];
}) {
  const { compare: m } = useMessages();
  const { language } = useLanguage();
  const percent = numberFormat(language, { style: 'percent' });
  const { kept, lost, added } = matchClaims(before, after);
  return (
    <section className={styles.section} aria-label={m.claims}>
      <h2>{m.claims}</h2>
      {before.length + after.length === 0 && <p className={styles.soft}>{m.noClaims}</p>}
      <ClaimGroup title={m.lost(lost.length)} look="lost">
        {lost.map(({ id, text, confidence }) => (
          <li key={id}>
            <span dir="auto">{text}</span> <small>{percent.format(confidence)}</small>
          </li>
        ))}
      </ClaimGroup>
      <ClaimGroup title={m.added(added.length)} look="added">
        {added.map(({ id, text, confidence }) => (
          <li key={id}>
            <span dir="auto">{text}</span> <small>{percent.format(confidence)}</small>
          </li>
        ))}
      </ClaimGroup>
      <ClaimGroup title={m.kept(kept.length)} look="kept">
        {kept.map(({ before: old, after: now }) => (
          <li key={old.id}>
            <span dir="auto">{now.text}</span>{' '}
            <small>
              {old.confidence === now.confidence
                ? percent.format(now.confidence)
                : m.fromTo(percent.format(old.confidence), percent.format(now.confidence))}
            </small>
          </li>
        ))}
      </ClaimGroup>
    </section>
  );
}

function ClaimGroup({
  title,
  look,
  children,
}: {
  title: string;
  look: 'kept' | 'lost' | 'added';
  children: readonly React.ReactNode[];
}) {
  if (children.length === 0) return null;
  return (
    <section className={styles.group} data-look={look} aria-label={title}>
      <h3>{title}</h3>
      <ul>{children}</ul>
    </section>
  );
}
