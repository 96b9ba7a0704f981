import { useId } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useLocation } from 'wouter';
import styles from './tabs.module.css';

export interface Tab<Key extends string> {
  key: Key;
  label: string;
  /** Beside the label, such as a count. */
  badge?: ReactNode;
  /** Where the tab is: tabs are places, so that back, reload and links work. */
  href: string;
}

/** Tabs with the panel of the one that is open. Arrow keys move between them. */
export function Tabs<Key extends string>({
  label,
  tabs,
  selected,
  children,
}: {
  label: string;
  tabs: readonly Tab<Key>[];
  selected: Key;
  children: ReactNode;
}) {
  const id = useId();
  const [, navigate] = useLocation();

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const index = tabs.findIndex(({ key }) => key === selected);
    const isRightToLeft = getComputedStyle(event.currentTarget).direction === 'rtl';
    const forward = isRightToLeft ? 'ArrowLeft' : 'ArrowRight';
    const backward = isRightToLeft ? 'ArrowRight' : 'ArrowLeft';
    const target = {
      [forward]: (index + 1) % tabs.length,
      [backward]: (index + tabs.length - 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    navigate(tabs[target]!.href, { replace: true });
    const buttons =
      event.currentTarget.parentElement!.querySelectorAll<HTMLElement>('[role="tab"]');
    buttons[target]?.focus();
  }

  return (
    <div className={styles.tabs}>
      <div className={styles.list} role="tablist" aria-label={label}>
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            id={`${id}-${tab.key}`}
            className={styles.tab}
            aria-selected={tab.key === selected}
            aria-controls={`${id}-panel`}
            tabIndex={tab.key === selected ? 0 : -1}
            onKeyDown={onKeyDown}
            onClick={() => tab.key !== selected && navigate(tab.href)}
          >
            {tab.label}
            {tab.badge !== undefined && <span className={styles.badge}>{tab.badge}</span>}
          </button>
        ))}
      </div>
      <div
        className={styles.panel}
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${selected}`}
        tabIndex={-1}
      >
        {children}
      </div>
    </div>
  );
}
