import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import styles from './combobox.module.css';
import { Icon } from './icon.tsx';
import type { InputProps } from './field.tsx';

export interface Option {
  id: string;
  title: string;
  hint?: string | undefined;
}

interface ComboboxProps {
  input: InputProps;
  /** Those that match what was typed. */
  options: readonly Option[];
  /** What is chosen, with its titles. */
  chosen: readonly Option[];
  onChoose: (ids: readonly string[]) => void;
  text: string;
  onText: (text: string) => void;
  isMultiple?: boolean | undefined;
  /** Below the options: something else to do with what was typed. */
  actions?: readonly { title: string; run: () => void }[];
  /** Said in place of options. */
  empty: string;
  placeholder: string;
  /** The name of the button that takes one back. */
  removeLabel: (title: string) => string;
}

interface Row extends Option {
  run?: () => void;
}

/** A field that searches while one types: arrows move, Enter chooses, Escape closes, Backspace takes the last one back. */
export function Combobox(props: ComboboxProps) {
  const { input, options, chosen, onChoose, text, onText, isMultiple, actions = [] } = props;
  const [isOpen, setIsOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const listId = useId();
  const field = useRef<HTMLInputElement>(null);
  const rows: Row[] = [
    ...options,
    ...actions.map(({ title, run }, index) => ({ id: `action-${index}`, title, run })),
  ];
  const ids = chosen.map(({ id }) => id);
  const at = Math.min(active, rows.length - 1);
  useEffect(() => {
    if (isOpen) document.getElementById(`${listId}-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [isOpen, at, listId]);

  function close(): void {
    setIsOpen(false);
    setActive(-1);
  }
  function choose(row: Row): void {
    if (row.run) {
      close();
      return row.run();
    }
    const isChosen = ids.includes(row.id);
    if (!isMultiple) onChoose([row.id]);
    else onChoose(isChosen ? ids.filter((id) => id !== row.id) : [...ids, row.id]);
    if (isMultiple) return;
    onText('');
    close();
  }
  function remove(id: string): void {
    onChoose(ids.filter((it) => it !== id));
    field.current?.focus();
  }
  function onKeyDown(event: KeyboardEvent): void {
    const { key } = event;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      event.preventDefault();
      const step = key === 'ArrowDown' ? 1 : -1;
      // From the field itself, down is the first and up is the last.
      const from = at < 0 && step < 0 ? 0 : at;
      setActive((from + step + rows.length) % Math.max(1, rows.length));
      setIsOpen(true);
    } else if (key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      // Enter chooses; it does not send the form from here.
      event.preventDefault();
      if (!isOpen) setIsOpen(true);
      else if (rows[at]) choose(rows[at]);
    } else if (key === 'Escape' && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (key === 'Backspace' && text === '' && ids.length > 0) {
      onChoose(ids.slice(0, -1));
    }
  }

  return (
    <div
      className={styles.combobox}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (currentTarget.contains(relatedTarget)) return;
        close();
        // What was searched for is not what was chosen.
        if (text) onText('');
      }}
    >
      <div className={styles.box} data-invalid={input['aria-invalid'] || undefined}>
        {chosen.map(({ id, title }) => (
          <span key={id} className={styles.chip}>
            <span>{title}</span>
            <button type="button" aria-label={props.removeLabel(title)} onClick={() => remove(id)}>
              <Icon name="close" size={12} />
            </button>
          </span>
        ))}
        <input
          {...input}
          ref={field}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={isOpen && rows.length > 0 ? listId : undefined}
          aria-activedescendant={isOpen && rows[at] ? `${listId}-${at}` : undefined}
          autoComplete="off"
          spellCheck={false}
          value={text}
          placeholder={ids.length > 0 ? '' : props.placeholder}
          onChange={({ target }) => {
            onText(target.value);
            setIsOpen(true);
            setActive(0);
          }}
          onClick={() => setIsOpen(true)}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className={styles.popup} hidden={!isOpen}>
        {options.length === 0 && <p className={styles.none}>{props.empty}</p>}
        {isOpen && rows.length > 0 && (
          <div id={listId} role="listbox" aria-multiselectable={isMultiple || undefined}>
            {rows.map((row, index) => (
              <OptionRow
                key={row.id}
                id={`${listId}-${index}`}
                row={row}
                isActive={index === at}
                isChosen={ids.includes(row.id)}
                onChoose={() => choose(row)}
              />
            ))}
          </div>
        )}
      </div>
    </div>
  );
}

interface OptionRowProps {
  id: string;
  row: Row;
  isActive: boolean;
  isChosen: boolean;
  onChoose: () => void;
}

function OptionRow({ id, row, isActive, isChosen, onChoose }: OptionRowProps) {
  return (
    // The keys are those of the input: it keeps the focus.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="option"
      tabIndex={-1}
      className={`${styles.option} ${row.run ? styles.action : ''}`}
      aria-selected={isChosen}
      data-active={isActive || undefined}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      {isChosen && <Icon name="check" />}
      {row.run && <Icon name="add" />}
      <b>{row.title}</b>
      {row.hint && <small>{row.hint}</small>}
    </div>
  );
}
