import { cutToWords } from './text-budget.ts';

const maxTitleWords = 8;
const maxTitleChars = 500;
/** Maximum named sources of a contradicted claim. */
const maxNamed = 20;

export interface NamedSource {
  source_id: string;
  metadata?: { title: string } | null | undefined;
}

/** Writes references to sources. */
export interface Citations {
  /** A claim as a sentence, with markers on request. */
  sentence: (claim: { text: string; sources: readonly number[] }) => string;
  /** The sources as titles or markers, where they must be named. */
  name: (sources: readonly number[]) => string;
  title: (source: number) => string;
  /** The list of markers; empty without citations. */
  list: (cited: ReadonlySet<number>) => string[];
}

/** Refers to sources by `[n]` markers and a list, or by title where needed. */
export function createCitations(sources: readonly NamedSource[], withMarkers: boolean): Citations {
  const title = (index: number) => {
    const source = sources[index];
    const title = source?.metadata?.title || source?.source_id || 'unnamed';
    return cutToWords(title.slice(0, maxTitleChars).replace(/\s+/gu, ' '), maxTitleWords);
  };
  const markers = (indices: readonly number[]) =>
    indices
      .toSorted((a, b) => a - b)
      .map((index) => `[${index + 1}]`)
      .join('');
  return {
    title,
    sentence: ({ text, sources: cited }) => {
      const { body, end } = splitEnd(text);
      const capital = body.slice(0, 1).toUpperCase() + body.slice(1);
      return withMarkers
        ? `${capital}${/["”’»]$/u.test(end) ? end : ''} ${markers(cited)}${/["”’»]$/u.test(end) ? '' : end || '.'}`
        : `${capital}${end || '.'}`;
    },
    name: (cited) => {
      const named = cited.slice(0, maxNamed);
      const more = cited.length > named.length ? `; and ${cited.length - named.length} more` : '';
      return withMarkers ? markers(named) : `(${named.map(title).join('; ')}${more})`;
    },
    list: (cited) =>
      withMarkers
        ? [...cited].toSorted((a, b) => a - b).map((index) => `[${index + 1}] ${title(index)}`)
        : [],
  };
}

/** Splits a sentence into its text and its final punctuation. */
function splitEnd(text: string): { body: string; end: string } {
  let at = text.length;
  if (/["”’»]/u.test(text[at - 1] ?? '')) at -= 1;
  while (/[.!?…。]/u.test(text[at - 1] ?? '')) at -= 1;
  return { body: text.slice(0, at), end: text.slice(at) };
}
