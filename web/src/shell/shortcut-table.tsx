import styles from './shortcut-table.module.css';
import { useShortcuts } from './shortcuts.ts';

const isApple = /Mac|iP(?:hone|ad)/.test(navigator.userAgent);
const names: Record<string, string> = {
  mod: isApple ? '⌘' : 'Ctrl',
  Escape: 'Esc',
  Enter: '↵',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  ' ': 'Space',
};

/** A capital letter is typed with Shift. */
function toParts(keys: string): string[] {
  if (keys === ' ') return [keys];
  return keys.split(/(?<=.)\+| /).flatMap((key) => (/^\p{Lu}$/u.test(key) ? ['⇧', key] : [key]));
}

/** The keys as they are printed on a keyboard. */
export function Keys({ keys }: { keys: string }) {
  const parts = toParts(keys);
  return (
    <span className={styles.keys}>
      {parts.map((part, index) => (
        <kbd key={index}>{names[part] ?? (part.length === 1 ? part.toUpperCase() : part)}</kbd>
      ))}
    </span>
  );
}

/** The shortcuts that work now: each key once, as what it does, beside others that do the same. */
export function ShortcutTable() {
  const shortcuts = useShortcuts();
  const byKeys = new Map(shortcuts.map((shortcut) => [shortcut.keys, shortcut]));
  const byLabel = Map.groupBy(byKeys.values(), ({ label }) => label);
  return (
    <dl className={styles.table}>
      {[...byLabel].map(([label, same]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {same.map(({ keys }) => (
              <Keys key={keys} keys={keys} />
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
