import snowball from 'snowball-stemmers';
import * as stopword from 'stopword';

/** A language with known function words; only `en` has a grammar. */
export interface Language {
  code: string;
  stopWords: ReadonlySet<string>;
  stem: (word: string) => string;
}

const sources: Record<string, { stopWords: readonly string[]; stemmer: string }> = {
  en: { stopWords: stopword.eng, stemmer: 'english' },
  de: { stopWords: stopword.deu, stemmer: 'german' },
  fr: { stopWords: stopword.fra, stemmer: 'french' },
  es: { stopWords: stopword.spa, stemmer: 'spanish' },
  it: { stopWords: stopword.ita, stemmer: 'italian' },
  pt: { stopWords: stopword.por, stemmer: 'portuguese' },
  nl: { stopWords: stopword.nld, stemmer: 'dutch' },
  sv: { stopWords: stopword.swe, stemmer: 'swedish' },
  da: { stopWords: stopword.dan, stemmer: 'danish' },
  no: { stopWords: stopword.nob, stemmer: 'norwegian' },
  ru: { stopWords: stopword.rus, stemmer: 'russian' },
};

/** Longer ones are not words, and some stemmers take quadratic time. */
const maxStemmedChars = 60;
const maxKnownStems = 20_000;
/** Words from which the language is detected. */
const sampledWords = 600;
/** Minimum share of function words to detect a language. */
const minStopWordShare = 0.12;
/** Another language needs this many times the function words of English. */
const marginOverEnglish = 1.15;

/** The languages by code; created once per service. */
export function createLanguages(): Map<string, Language> {
  return new Map(
    Object.entries(sources).map(([code, { stopWords, stemmer }]) => {
      const snowballStemmer = snowball.newStemmer(stemmer);
      const stem = createStemmer((word) => snowballStemmer.stem(word));
      return [code, { code, stopWords: new Set(stopWords), stem }];
    }),
  );
}

/** Caches stems: most of a text consists of few words, and stemming is the most expensive step. */
function createStemmer(stem: (word: string) => string): (word: string) => string {
  const known = new Map<string, string>();
  return (word) => {
    if (word.length > maxStemmedChars) return word;
    let found = known.get(word);
    if (found === undefined) {
      found = stem(word);
      if (known.size >= maxKnownStems) known.clear();
      known.set(word, found);
    }
    return found;
  };
}

/** Detects the language of a text by its function words; undefined if it is unknown. */
export function detectLanguage(
  text: string,
  hint: string | null | undefined,
  languages: ReadonlyMap<string, Language>,
): Language | undefined {
  const hinted = languages.get((hint ?? '').slice(0, 2).toLowerCase());
  if (hinted) return hinted;
  const words = (text.toLowerCase().match(/\p{L}+/gu) ?? []).slice(0, sampledWords);
  const countOf = (language: Language) =>
    words.filter((word) => language.stopWords.has(word)).length;
  const english = languages.get('en');
  let best = english;
  let bestCount = english ? countOf(english) * marginOverEnglish : 0;
  for (const language of languages.values()) {
    const count = countOf(language);
    if (count <= bestCount) continue;
    best = language;
    bestCount = count;
  }
  if (bestCount >= words.length * minStopWordShare) return best;
  // Headlines and short claims have no function words: English is assumed if all letters are English.
  return /[^\p{ASCII}\p{P}\p{S}\p{Z}]/u.test(text) ? undefined : english;
}
