import { useMessages } from '../../messages/messages.tsx';
import styles from './vision.module.css';
import type { DetectionFilter } from './use-filter.ts';

interface LabelFilterProps {
  counts: readonly { readonly label: string; readonly count: number }[];
  colors: ReadonlyMap<string, number>;
  filter: DetectionFilter;
}

/** Which of the objects are shown. */
export function LabelFilter({ counts, colors, filter }: LabelFilterProps) {
  const { result: m } = useMessages();
  return (
    <div className={styles.filter}>
      <ul className={styles.labels}>
        {counts.map(({ label, count }) => (
          <li key={label}>
            <label className={styles.label}>
              <input
                type="checkbox"
                checked={!filter.hidden.has(label)}
                onChange={() => filter.toggle(label)}
              />
              <i className={styles.swatch} data-color={(colors.get(label) ?? 0) % 6} />
              <span dir="auto">{label}</span>
              <b>{count}</b>
            </label>
          </li>
        ))}
      </ul>
      <label className={styles.range}>
        <span>{m.minConfidence}</span>
        <input
          type="range"
          min={0}
          max={100}
          value={filter.minPercent}
          aria-valuetext={`${filter.minPercent} %`}
          onChange={({ target }) => filter.setMinPercent(Number(target.value))}
        />
        <output>{filter.minPercent} %</output>
      </label>
    </div>
  );
}
