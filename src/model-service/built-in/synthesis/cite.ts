import { cutToWords } from './text-budget.ts';

const MAX_TITLE_WORDS = 8;

export interface NamedSource {
  source_id: string;
  metadata?: { title: string } | null | undefined;
}

/** How sources are named in the text. */
export interface Citations {
  /** A claim as a sentence, with its markers if they were asked for. */
  sentence: (claim: { text: string; sources: readonly number[] }) => string;
  /** The sources in words or markers, for a place where they must be named. */
  name: (sources: readonly number[]) => string;
  title: (source: number) => string;
  /** The list that explains the markers; empty without citations. */
  list: (cited: ReadonlySet<number>) => string[];
}

/** Names sources by `[n]` markers and a list, or by their titles where that is needed. */
export function createCitations(sources: readonly NamedSource[], withMarkers: boolean): Citations {
  const title = (index: number) => {
    const source = sources[index];
    return cutToWords(
      (source?.metadata?.title || source?.source_id || 'unnamed').replace(/\s+/gu, ' '),
      MAX_TITLE_WORDS,
    );
  };
  const markers = (indices: readonly number[]) =>
    indices
      .toSorted((a, b) => a - b)
      .map((index) => `[${index + 1}]`)
      .join('');
  return {
    title,
    sentence: ({ text, sources: cited }) => {
      const [, body = text, end = ''] = /^(.*?)([.!?…。]*["”’»]?)$/su.exec(text) ?? [];
      const capital = body.slice(0, 1).toUpperCase() + body.slice(1);
      return withMarkers
        ? `${capital}${/["”’»]$/u.test(end) ? end : ''} ${markers(cited)}${/["”’»]$/u.test(end) ? '' : end || '.'}`
        : `${capital}${end || '.'}`;
    },
    name: (cited) => (withMarkers ? markers(cited) : `(${cited.map(title).join('; ')})`),
    list: (cited) =>
      withMarkers
        ? [...cited].toSorted((a, b) => a - b).map((index) => `[${index + 1}] ${title(index)}`)
        : [],
  };
}
