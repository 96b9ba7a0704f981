import { useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { Button } from '../../controls/button.tsx';
import { Icon } from '../../controls/icon.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { useShortcut } from '../../shell/shortcuts.ts';
import type { JobList } from '../engine/job-list.ts';
import styles from './filter-bar.module.css';
import { splitDraft } from './draft.ts';
import { readTerm } from './terms.ts';
import { SuggestionList } from './suggestion-list.tsx';
import { useSuggestions } from './suggestions.ts';
import type { Suggestion } from './suggestions.ts';
import { TermChip } from './term-chip.tsx';
import type { FilterState } from './use-filter.ts';

/** Conditions as chips, and a field for more of them and for words. All of it is in the URL. */
export function FilterBar({ filter, list }: { filter: FilterState; list: JobList }) {
  const { jobs: m } = useMessages();
  const field = useRef<HTMLInputElement>(null);
  const listId = useId();
  const { draft, word, setDraft, take } = useDraft(filter);
  const [isOpen, setIsOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const suggestions = useSuggestions(word, list);
  const hasList = isOpen && suggestions.length > 0;
  const problem =
    word.includes(':') && /:./.test(word) && !readTerm(word) && suggestions.length === 0;
  useShortcut('/', m.keyFilter, () => field.current?.focus());

  function write(text: string): void {
    setDraft(text);
    setChosen(-1);
    setIsOpen(true);
  }

  function choose({ text, term }: Suggestion): void {
    if (term) take(readTerm(text) ?? term);
    else write(draft.slice(0, draft.length - word.length) + text);
    setChosen(-1);
    field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const term = readTerm(word);
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setIsOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const count = suggestions.length + 1;
      // One more than there are: none.
      setChosen((before) => ((before + 1 + step + count) % count) - 1);
    } else if (event.key === 'Enter') {
      if (hasList && suggestions[chosen]) choose(suggestions[chosen]);
      else if (term) take(term);
      else setIsOpen(false);
    } else if (event.key === ' ' && isWhole(word) && (term || problem)) {
      event.preventDefault();
      if (term) take(term);
    } else if (event.key === 'Escape') {
      if (isOpen) setIsOpen(false);
      else field.current?.blur();
    } else if (event.key === 'Backspace' && draft === '') {
      const last = filter.terms.at(-1);
      if (last) filter.remove(last);
    }
  }

  return (
    <div className={styles.bar} role="search">
      <Icon name="search" />
      {filter.terms.map((term) => (
        <TermChip
          key={`${term.qualifier}:${term.value}`}
          term={term}

          onRemove={() => filter.remove(term)}
        />
      ))}
      <input
        ref={field}
        type="text"
        role="combobox"
        aria-label={m.filter}
        aria-expanded={hasList}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={hasList && chosen >= 0 ? `${listId}-${chosen}` : undefined}
        aria-invalid={problem || undefined}
        autoComplete="off"
        spellCheck={false}
        enterKeyHint="search"
        placeholder={filter.terms.length > 0 ? '' : m.placeholder}
        className={styles.field}
        value={draft}
        onChange={({ target }) => write(target.value)}
        onFocus={() => setIsOpen(true)}
        onBlur={() => setIsOpen(false)}
        onKeyDown={onKeyDown}
      />
      {(filter.terms.length > 0 || filter.text !== '') && (
        <Button kind="quiet" aria-label={m.clearFilter} onClick={filter.clear}>
          <Icon name="close" />
        </Button>
      )}
      <SuggestionList
        id={listId}
        isOpen={hasList}
        suggestions={suggestions}
        chosen={chosen}
        onChoose={choose}
      />
      {problem && (
        <p className={styles.problem} role="status">
          {m.unknownTerm(word)}
        </p>
      )}
    </div>
  );
}

/** Whether a quotation mark is still open. */
function isWhole(word: string): boolean {
  return word.split('"').length % 2 === 1;
}

/** What is in the field: words, which filter as they are written, and at the end perhaps a condition that is not finished. */
function useDraft(filter: FilterState) {
  const [draft, setText] = useState(filter.text);
  const [known, setKnown] = useState(filter.text);
  // The URL has changed by another hand: back, a tab, or a link.
  if (known !== filter.text) {
    setKnown(filter.text);
    if (splitDraft(draft).text !== filter.text) setText(filter.text);
  }
  const { text, word } = splitDraft(draft);
  return {
    draft,
    word,
    setDraft: (next: string) => {
      setText(next);
      const split = splitDraft(next);
      if (split.text !== filter.text) filter.setText(split.text);
    },
    take: (term: Parameters<FilterState['add']>[0]) => {
      setText(text);
      filter.add(term, text);
    },
  };
}
