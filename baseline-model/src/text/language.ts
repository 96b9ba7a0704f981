import snowball from 'snowball-stemmers';
import * as stopword from 'stopword';

/** A language the service knows function words of; `en` alone has a grammar. */
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

/** What is longer is no word, and some stemmers take the square of its length. */
const maxStemmedChars = 60;
const maxKnownStems = 20_000;
/** So many words of a text tell its language. */
const sampledWords = 600;
/** Fewer function words than this share of a text's words say nothing about its language. */
const minStopWordShare = 0.12;
/** Another language must show this many times more function words than English to be taken. */
const marginOverEnglish = 1.15;

/** The languages, by code; made once for a service. */
export function createLanguages(): Map<string, Language> {
  return new Map(
    Object.entries(sources).map(([code, { stopWords, stemmer }]) => {
      const snowballStemmer = snowball.newStemmer(stemmer);
      const stem = createStemmer((word) => snowballStemmer.stem(word));
      return [code, { code, stopWords: new Set(stopWords), stem }];
    }),
  );
}

/** Stems each word once: most of a text is few words, and stemming costs more than all else that is done with one. */
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

/** The language of a text by its function words; undefined when it is none of the known. */
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
  // Headlines and short claims have no function words; English is then the guess, if its letters are all there is.
  return /[^\p{ASCII}\p{P}\p{S}\p{Z}]/u.test(text) ? undefined : english;
}
