import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { qualifiers, readTerms, single, toFilter } from './terms.ts';
import type { Qualifier, Term } from './terms.ts';

/** What the list is filtered by. All of it is in the URL. */
export interface FilterState {
  terms: readonly Term[];
  text: string;
  filter: ReturnType<typeof toFilter>;
  add: (term: Term, text?: string) => void;
  remove: (term: Term) => void;
  /** Replaces the entry of the history: each letter is no page of its own. */
  setText: (text: string) => void;
  clear: () => void;
  /** Where a link leads that puts these in the place of all conditions of this kind. */
  toHref: (qualifier: Qualifier, values: readonly string[]) => string;
}

export function useFilter(): FilterState {
  const [params, setParams] = useSearchParams();
  const key = params.toString();
  return useMemo(() => {
    const terms = readTerms(new URLSearchParams(key));
    const text = new URLSearchParams(key).get('text') ?? '';
    const toParams = (
      before: URLSearchParams,
      next: readonly Term[],
      nextText: string,
    ): URLSearchParams => {
      const made = new URLSearchParams(before);
      for (const name of [...qualifiers, 'text']) made.delete(name);
      for (const { qualifier, value } of next) made.append(qualifier, value);
      if (nextText) made.set('text', nextText);
      return made;
    };
    const write = (next: readonly Term[], nextText: string, replace = false) =>
      setParams((before) => toParams(before, next, nextText), { replace });
    const without = (qualifier: Qualifier) => terms.filter((term) => term.qualifier !== qualifier);
    return {
      terms,
      text,
      filter: toFilter(terms, text),
      add: (term, nextText = text) => {
        const rest = single.has(term.qualifier) ? without(term.qualifier) : terms;
        const isThere = rest.some(
          (it) => it.qualifier === term.qualifier && it.value === term.value,
        );
        write(isThere ? rest : [...rest, term], nextText);
      },
      remove: (term) =>
        write(
          terms.filter((it) => it !== term),
          text,
        ),
      setText: (next) => write(terms, next, true),
      clear: () => write([], ''),
      toHref: (qualifier, values) => {
        const next = [...values.map((value) => ({ qualifier, value })), ...without(qualifier)];
        return `/?${toParams(new URLSearchParams(key), next, text)}`;
      },
    };
  }, [key, setParams]);
}
