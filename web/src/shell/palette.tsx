import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { Icon } from '../controls/icon.tsx';
import { useMessages } from '../messages/messages.tsx';
import type { Command } from './commands.ts';
import { useCommandGroups } from './palette-commands.ts';
import { PaletteList } from './palette-list.tsx';
import styles from './palette.module.css';

const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

/** Finds screens, jobs and actions by what is typed: a combobox whose list is always open. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { shell: m } = useMessages();
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [chosenId, setChosenId] = useState<string>();
  const id = useId();
  const groups = useCommandGroups(text.trim());
  const commands = groups.flatMap((group) => group.commands);
  // What was chosen may have gone since.
  const chosen = commands.find((command) => command.id === chosenId) ?? commands[0];

  useEffect(() => {
    const shown = dialog.current!;
    shown.showModal();
    return () => shown.close();
  }, []);

  function run(command: Command | undefined): void {
    if (!command) return;
    // First, so that what the command opens has the focus.
    onClose();
    command.run();
  }

  function onKey(event: KeyboardEvent): void {
    const step = steps[event.key];
    if (event.nativeEvent.isComposing || (step === undefined && event.key !== 'Enter')) return;
    event.preventDefault();
    if (step === undefined) return run(chosen);
    const at = chosen ? commands.indexOf(chosen) : 0;
    setChosenId(commands.at((at + step) % commands.length)?.id);
  }

  return (
    <dialog
      ref={dialog}
      className={styles.palette}
      aria-label={m.palette}
      closedby="any"
      // Its element tells of an end a moment later: in StrictMode it is open again by then.
      onClose={({ currentTarget }) => currentTarget.open || onClose()}
    >
      <label className={styles.field}>
        <Icon name="search" />
        <input
          role="combobox"
          aria-label={m.palette}
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={chosen && `${id}:${chosen.id}`}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder={m.paletteHint}
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            setChosenId(undefined);
          }}
          onKeyDown={onKey}
        />
      </label>
      <PaletteList
        id={id}
        groups={groups}
        chosen={chosen}
        onChoose={(command) => setChosenId(command.id)}
        onRun={run}
      />
      <p className={commands.length === 0 ? styles.nothing : 'visually-hidden'} role="status">
        {commands.length === 0 ? m.nothingFound : m.found(commands.length)}
      </p>
    </dialog>
  );
}
