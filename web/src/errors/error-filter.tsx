import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import type { JobFilter, JobType } from '../api/generated/types.ts';
import { inputClass } from '../controls/field.tsx';
import { useMessages } from '../messages/messages.tsx';
import { useNow } from '../time/clock.ts';
import styles from './errors.module.css';

const windows = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;
const isWindow = (name: string | null): name is keyof typeof windows =>
  name !== null && Object.hasOwn(windows, name);

/** Which failures are grouped, by the URL. */
export function useErrorFilter(): { filter: JobFilter; isFiltered: boolean } {
  const [search] = useSearchParams();
  const { controls } = useMessages();
  const type = search.get('type');
  const window = search.get('accepted');
  // The window moves on each minute, and the answer with it.
  const minute = Math.floor(useNow() / 60_000);
  return useMemo(() => {
    const types = type !== null && type in controls.types ? [type as JobType] : undefined;
    const createdAfter = isWindow(window)
      ? new Date(minute * 60_000 - windows[window]).toISOString()
      : undefined;
    const filter = { ...(types && { types }), ...(createdAfter && { createdAfter }) };
    return { filter, isFiltered: Object.keys(filter).length > 0 };
  }, [controls, type, window, minute]);
}

export function ErrorFilter() {
  const { errors: m, controls } = useMessages();
  const [search, setSearch] = useSearchParams();
  const set = (name: string, value: string) =>
    setSearch((before) => {
      const next = new URLSearchParams(before);
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    });
  return (
    <div className={styles.filter}>
      <select
        className={inputClass}
        aria-label={m.type}
        value={search.get('type') ?? ''}
        onChange={({ target }) => set('type', target.value)}
      >
        <option value="">{m.all}</option>
        {Object.entries(controls.types).map(([type, label]) => (
          <option key={type} value={type}>
            {label}
          </option>
        ))}
      </select>
      <select
        className={inputClass}
        aria-label={m.window}
        value={search.get('accepted') ?? ''}
        onChange={({ target }) => set('accepted', target.value)}
      >
        <option value="">{m.windows.all}</option>
        {Object.keys(windows).map((name) => (
          <option key={name} value={name}>
            {m.windows[name as keyof typeof windows]}
          </option>
        ))}
      </select>
    </div>
  );
}
