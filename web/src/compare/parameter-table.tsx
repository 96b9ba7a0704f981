import { useState } from 'react';
import { ParameterValue } from '../job/input/parameter-value.tsx';
import type { Parameters } from '../job/input/parameters.ts';
import { useMessages } from '../messages/messages.tsx';
import styles from './compare.module.css';

/** The parameters of two runs; those that are the same only if somebody asks for them. */
export function ParameterTable({ before, after }: { before: Parameters; after: Parameters }) {
  const { compare: m, job } = useMessages();
  const [showsAll, setShowsAll] = useState(false);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const differs = (name: string) => JSON.stringify(before[name]) !== JSON.stringify(after[name]);
  const changed = names.filter(differs);
  const shown = showsAll ? names : changed;
  return (
    <section className={styles.section} aria-label={m.parameters}>
      <header className={styles.head}>
        <h2>{m.parameters}</h2>
        <label>
          <input
            type="checkbox"
            checked={showsAll}
            onChange={({ target }) => setShowsAll(target.checked)}
          />{' '}
          {m.showSame(names.length - changed.length)}
        </label>
      </header>
      {changed.length === 0 && <p className={styles.soft}>{m.sameParameters}</p>}
      {shown.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{m.parameter}</th>
              <th scope="col">{m.before}</th>
              <th scope="col">{m.after}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((name) => (
              <tr key={name} data-changed={differs(name)}>
                <th scope="row">{job.parameters[name as keyof typeof job.parameters] ?? name}</th>
                <td>
                  <ParameterValue value={before[name] ?? null} />
                </td>
                <td>
                  <ParameterValue value={after[name] ?? null} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
