import { FilterNames } from '../../api/generated/documents.ts';
import { useQuery } from '../../api/use-query.ts';
import { Icon } from '../../controls/icon.tsx';
import { useLanguage, useMessages } from '../../messages/messages.tsx';
import { formatExact } from '../../time/time.tsx';
import { states, types } from './terms.ts';
import type { Term } from './terms.ts';
import styles from './term-chip.module.css';

/** One condition, in words, and a way to drop it. */
export function TermChip({ term, onRemove }: { term: Term; onRemove: () => void }) {
  const { jobs: m } = useMessages();
  const value = useValue(term);
  return (
    <span className={styles.chip}>
      <span className={styles.kind}>{m.qualifiers[term.qualifier]}</span>
      <span className={styles.value} title={term.value}>
        {value}
      </span>
      <button
        type="button"
        aria-label={m.removeTerm(`${m.qualifiers[term.qualifier]} ${value}`)}
        onClick={onRemove}
      >
        <Icon name="close" size={10} />
      </button>
    </span>
  );
}

function useValue({ qualifier, value }: Term): string {
  const { controls } = useMessages();
  const { language } = useLanguage();
  const isNamed = qualifier === 'video' || qualifier === 'persona';
  const { data } = useQuery(FilterNames, isNamed ? {} : null);
  switch (qualifier) {
    case 'state':
      return controls.states[states[value]!];
    case 'type':
      return controls.types[types[value]!];
    case 'after':
    case 'before':
      return formatExact(value, language);
    case 'video':
      return data?.videos.edges.find(({ node }) => node.id === value)?.node.title ?? shorten(value);
    case 'persona':
      return data?.personas.find(({ id }) => id === value)?.name ?? shorten(value);
    case 'id':
    case 'batch':
      return shorten(value);
    default:
      return value;
  }
}

/** The end of an id tells jobs apart; its beginning is the time. */
function shorten(value: string): string {
  return value.length > 12 ? `…${value.slice(-8)}` : value;
}
