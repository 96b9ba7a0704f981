import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Button } from './button.tsx';
import styles from './menu.module.css';

export interface MenuItem {
  label: string;
  run: () => void;
  isDanger?: boolean;
}

/** A button that opens a list of actions. Arrows move in it, Escape closes it. */
export function Menu({
  label,
  children,
  items,
  onOpenChange,
  tabIndex,
}: {
  label: string;
  children: ReactNode;
  items: readonly MenuItem[];
  onOpenChange?: (isOpen: boolean) => void;
  tabIndex?: number;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    const shown = list.current!;
    const onToggle = (event: Event) => {
      const opened = (event as ToggleEvent).newState === 'open';
      setIsOpen(opened);
      onOpenChange?.(opened);
      if (opened) shown.querySelector('button')?.focus();
    };
    shown.addEventListener('toggle', onToggle);
    return () => shown.removeEventListener('toggle', onToggle);
  }, [onOpenChange]);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const buttons = [...list.current!.querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons.at((at + step) % buttons.length)?.focus();
  };
  return (
    <span className={styles.menu}>
      <Button
        kind="quiet"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        popoverTarget={id}
        tabIndex={tabIndex}
      >
        {children}
      </Button>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        tabIndex={-1}
        className={styles.list}
        onKeyDown={move}
      >
        {items.map(({ label: text, run, isDanger }) => (
          <button
            key={text}
            type="button"
            role="menuitem"
            className={isDanger ? styles.danger : undefined}
            onClick={() => {
              list.current!.hidePopover();
              run();
            }}
          >
            {text}
          </button>
        ))}
      </div>
    </span>
  );
}
