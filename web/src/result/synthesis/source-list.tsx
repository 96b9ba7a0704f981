import { useMessages } from '../../messages/messages.tsx';
import { SourceLink } from './source-link.tsx';
import type { Synthesis } from './synthesis.ts';
import styles from './synthesis.module.css';

/** What the synthesis was made of. */
export function SourceList({
  summaries,
  here,
}: {
  summaries: Synthesis['summaries'];
  here: number;
}) {
  const { result: m } = useMessages();
  return (
    <section className={styles.sources} aria-label={m.sources}>
      <h2>{m.sources}</h2>
      <ol>
        {summaries.map(({ id, video, persona }, index) => (
          <li key={id}>
            <SourceLink source={index} here={here} time={0} isCurrent={index === here}>
              <b>[{index + 1}]</b>
              <span dir="auto">{video.title}</span>
              {persona && <small dir="auto">{persona.name}</small>}
            </SourceLink>
          </li>
        ))}
      </ol>
    </section>
  );
}
