import type { Language } from './language.ts';
import { sentenceOf, type Sentence, type Word } from './sentence.ts';

/** Ends in a full stop, but does not end a sentence: initials, ordinals, titles and common abbreviations. */
const abbreviationPattern =
  /(?:^|[\s(„"«])(?:\p{L}|\d{1,2}|Dr|Prof|Hr|Fr|Nr|St|Str|bzw|ca|Mio|Mrd|usw|Sr|Sra|Mme|Mlle|dott|ing|nr|kl)\.\s*$/u;

/** French and Italian elide articles and pronouns before a word. */
const elisionPattern = /^(?:[cdjlmnst]|qu|dell|nell|sull|all)['’]/u;

/** Reads text of any language by the rules of Unicode, without parts of speech, and with stems for known languages. */
export function createOtherLanguageReader(language: Language | undefined) {
  const sentences = new Intl.Segmenter(language?.code, { granularity: 'sentence' });
  const words = new Intl.Segmenter(language?.code, { granularity: 'word' });
  return (text: string): Sentence[] => {
    const found: Sentence[] = [];
    let start = 0;
    for (const { segment, index } of sentences.segment(text)) {
      const end = index + segment.length;
      if (end < text.length && abbreviationPattern.test(segment)) continue;
      const sentence = sentenceOf(text, readWords(text.slice(start, end), start, words, language));
      if (sentence) found.push(sentence);
      start = end;
    }
    return found;
  };
}

function readWords(
  text: string,
  offset: number,
  segmenter: Intl.Segmenter,
  language: Language | undefined,
): Word[] {
  const found: Word[] = [];
  for (const { segment, index, isWordLike } of segmenter.segment(text)) {
    if (segment.trim() === '') continue;
    const lower = segment.toLowerCase();
    const kind = kindOf(segment, isWordLike ?? false);
    found.push({
      text: segment,
      start: offset + index,
      end: offset + index + segment.length,
      kind,
      lemma: lower,
      term: language ? language.stem(lower.replace(elisionPattern, '')) : lower,
      isContent:
        kind === 'word' && !language?.stopWords.has(lower) && /\p{L}{2}|\p{Lo}/u.test(segment),
    });
  }
  return found;
}

function kindOf(segment: string, isWordLike: boolean): Word['kind'] {
  if (!isWordLike) return 'mark';
  return /^\p{Nd}/u.test(segment) ? 'number' : 'word';
}
