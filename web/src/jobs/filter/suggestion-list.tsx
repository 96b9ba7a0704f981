import { useMessages } from '../../messages/messages.tsx';
import styles from './suggestion-list.module.css';
import type { Suggestion } from './suggestions.ts';

/** What may be written next. The field keeps the focus. */
export function SuggestionList({
  id,
  isOpen,
  suggestions,
  chosen,
  onChoose,
}: {
  id: string;
  isOpen: boolean;
  suggestions: readonly Suggestion[];
  chosen: number;
  onChoose: (suggestion: Suggestion) => void;
}) {
  const { jobs: m } = useMessages();
  return (
    <div id={id} role="listbox" aria-label={m.suggestions} className={styles.list} hidden={!isOpen}>
      {isOpen &&
        suggestions.map((suggestion, at) => (
          <div
            key={suggestion.text}
            id={`${id}-${at}`}
            role="option"
            tabIndex={-1}
            aria-selected={at === chosen}
            className={styles.option}
            // Before the field loses the focus, and the list with it.
            onPointerDown={(event) => {
              event.preventDefault();
              onChoose(suggestion);
            }}
          >
            <Name suggestion={suggestion} />
          </div>
        ))}
    </div>
  );
}

/** Ids say nothing to people: there the hint comes first. */
function Name({ suggestion: { text, hint, term } }: { suggestion: Suggestion }) {
  const isId = term?.qualifier === 'video' || term?.qualifier === 'persona';
  return isId ? (
    <>
      <code>{term.qualifier}:</code> <b>{hint}</b>
    </>
  ) : (
    <>
      <code>{text}</code> <span className={styles.hint}>{hint}</span>
    </>
  );
}
