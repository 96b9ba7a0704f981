import { useEffect, useRef } from 'react';
import { Icon } from '../controls/icon.tsx';
import { useMessages } from '../messages/messages.tsx';
import type { Command } from './commands.ts';
import type { CommandGroup } from './palette-commands.ts';
import styles from './palette.module.css';
import { Keys } from './shortcut-table.tsx';

/** The options of the palette. The field has the focus, and says which of them is chosen. */
export function PaletteList({
  id,
  groups,
  chosen,
  onChoose,
  onRun,
}: {
  id: string;
  groups: readonly CommandGroup[];
  chosen: Command | undefined;
  onChoose: (command: Command) => void;
  onRun: (command: Command) => void;
}) {
  const { shell: m } = useMessages();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen?.id]);
  return (
    <div id={id} ref={list} role="listbox" aria-label={m.palette} className={styles.list}>
      {groups.map(({ title, commands }) => (
        <div key={title} role="group" aria-label={title}>
          <div className={styles.title} aria-hidden="true">
            {title}
          </div>
          {commands.map((command) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are the field's, which has the focus
            <div
              key={command.id}
              id={`${id}:${command.id}`}
              role="option"
              tabIndex={-1}
              aria-selected={command.id === chosen?.id}
              className={styles.option}
              onPointerMove={() => onChoose(command)}
              onClick={() => onRun(command)}
            >
              <Icon name={command.icon} />
              <span className={styles.label}>{command.label}</span>
              {command.hint && <span className={styles.hint}>{command.hint}</span>}
              {command.keys && <Keys keys={command.keys} />}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
