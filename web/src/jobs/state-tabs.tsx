import { Link } from 'wouter';
import { numberFormat } from '../messages/formats.ts';
import { useLanguage, useMessages } from '../messages/messages.tsx';
import type { FilterState } from './filter/use-filter.ts';
import { states } from './filter/terms.ts';
import styles from './state-tabs.module.css';
import type { StateCounts } from './use-job-counts.ts';

/** The states of jobs with how many there are, each a way to see those alone. */
export function StateTabs({
  filter,
  counts,
}: {
  filter: FilterState;
  counts: StateCounts | undefined;
}) {
  const { jobs: m, controls } = useMessages();
  const { language } = useLanguage();
  const chosen = filter.terms.filter(({ qualifier }) => qualifier === 'state');
  const format = numberFormat(language, { notation: 'compact' });
  const tab = (value: string | undefined, label: string, count: number | undefined) => (
    <Link
      key={label}
      href={filter.toHref('state', value === undefined ? [] : [value])}
      className={styles.tab}
      aria-current={
        (value === undefined
          ? chosen.length === 0
          : chosen.length === 1 && chosen[0]!.value === value) || undefined
      }
      data-empty={count === 0 || undefined}
    >
      {label}{' '}
      <span className={styles.count}>{count === undefined ? '' : format.format(count)}</span>
    </Link>
  );
  return (
    <nav className={styles.tabs} aria-label={m.tabs}>
      {tab(undefined, m.all, counts?.all)}
      {Object.entries(states).map(([value, state]) =>
        tab(value, controls.states[state], counts && (counts.of.get(state) ?? 0)),
      )}
    </nav>
  );
}
