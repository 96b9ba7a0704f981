import { cutText } from './cut-text.ts';
import { createEnglishReader, loadEnglishModel } from './english.ts';
import { createLanguages, detectLanguage } from './language.ts';
import { createOtherLanguageReader } from './other-language.ts';
import { sentenceOf, shiftSentence, type Sentence } from './sentence.ts';

/** Reads texts of one language. */
export interface TextReader {
  /** ISO 639-1, or `und`. */
  language: string;
  sentencesOf: (text: string) => Sentence[];
  /** The term of a dictionary form. */
  stem: (word: string) => string;
}

export interface TextAnalyzer {
  /** A reader for the language of the sample, or for that of the hint, a language tag. */
  readerFor: (sample: string, hint?: string | null) => Promise<TextReader>;
}

/** A blank line or a bullet always ends a sentence. */
const blockEnd = /\r?\n[^\S\n]*\r?\n|\r?\n(?=[^\S\n]*(?:[-*•–]|\d+[.)])[^\S\n])/gu;
/** Bounds for steps that take more than linear time. */
const maxPieceChars = 6000;
const maxSentenceWords = 300;
const bulletPattern = /^\s*(?:[-*•–]|\d+[.)])\s+/u;

/** Creates the analyzer of one service; the English model is loaded with the first English text. */
export function createTextAnalyzer(): TextAnalyzer {
  const languages = createLanguages();
  let english: Promise<TextReader['sentencesOf']> | undefined;
  return {
    readerFor: async (sample, hint) => {
      const language = detectLanguage(sample, hint, languages);
      if (language?.code !== 'en') {
        return {
          language: language?.code ?? 'und',
          sentencesOf: inBlocks(createOtherLanguageReader(language)),
          stem: language?.stem ?? ((word) => word),
        };
      }
      english ??= loadEnglishModel().then((nlp) => createEnglishReader(nlp, language));
      return { language: 'en', sentencesOf: inBlocks(await english), stem: language.stem };
    },
  };
}

function inBlocks(read: (text: string) => Sentence[]): TextReader['sentencesOf'] {
  return (text) => {
    const ends = [...text.matchAll(blockEnd)].map((match) => match.index + match[0].length);
    return [...ends, text.length].flatMap((end, index) => {
      const start = index === 0 ? 0 : (ends[index - 1] ?? 0);
      const block = text.slice(start, end);
      const bullet = bulletPattern.exec(block)?.[0].length ?? 0;
      return readPieces(block.slice(bullet), read).map((sentence) =>
        shiftSentence(sentence, start + bullet),
      );
    });
  };
}

function readPieces(block: string, read: (text: string) => Sentence[]): Sentence[] {
  if (block.trim() === '') return [];
  return cutText(block, maxPieceChars).flatMap((piece) =>
    read(piece.text).flatMap((sentence) =>
      cutSentence(piece.text, sentence).map((part) => shiftSentence(part, piece.start)),
    ),
  );
}

function cutSentence(text: string, sentence: Sentence): Sentence[] {
  const { words } = sentence;
  if (words.length <= maxSentenceWords) return [sentence];
  const parts: Sentence[] = [];
  for (let from = 0; from < words.length; from += maxSentenceWords)
    parts.push(sentenceOf(text, words.slice(from, from + maxSentenceWords))!);
  return parts;
}
