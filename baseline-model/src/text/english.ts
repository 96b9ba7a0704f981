import type { ItsHelpers, WinkMethods } from 'wink-nlp';
import type { Language } from './language.ts';
import { sentenceOf, type Sentence, type Word } from './sentence.ts';

/** A longer run without spaces is not a word. */
const maxRunChars = 60;
const longRun = new RegExp(String.raw`\S{${maxRunChars + 1},}`, 'gu');

/** Signs of one UTF-16 unit that neither end a sentence nor join words. */
const signPattern = /[$£¥€#%&*+/<=>@\\^_`|~"“”„«»()[\]{}]/gu;
/** A text of this length with more signs than this is not prose. */
const garbledShare = 0.15;
const minGarbledChars = 500;

/** Loads the English model. Takes some hundred milliseconds, so it is loaded with the first text. */
export async function loadEnglishModel(): Promise<WinkMethods> {
  const [{ default: winkNlp }, { default: model }] = await Promise.all([
    import('wink-nlp'),
    import('wink-eng-lite-web-model'),
  ]);
  return winkNlp(model, ['sbd', 'pos']);
}

/** Reads English text with the model's sentence boundaries, parts of speech and lemmas. */
export function createEnglishReader(nlp: WinkMethods, language: Language) {
  return (text: string): Sentence[] => {
    const document = nlp.readDoc(readable(lowerIfShouted(text)));
    const words = readWords(text, document.tokens(), nlp.its, language).map(retagCost);
    // oxlint-disable-next-line typescript/unbound-method -- the library knows its features by identity
    const spans = document.sentences().out(nlp.its.span) as unknown as number[][];
    return spans.flatMap(([first = 0, last = -1]) => {
      const inside = words.slice(first, last + 1).filter((word) => word.text.trim() !== '');
      return sentenceOf(text, inside) ?? [];
    });
  };
}

type Tokens = ReturnType<ReturnType<WinkMethods['readDoc']>['tokens']>;

function readWords(text: string, tokens: Tokens, its: ItsHelpers, language: Language): Word[] {
  const texts = tokens.out();
  const featureOf = (name: 'type' | 'precedingSpaces' | 'lemma' | 'pos') =>
    tokens.out<string>(its[name] as never);
  const types = featureOf('type');
  const spaces = featureOf('precedingSpaces');
  const lemmas = featureOf('lemma');
  const tags = featureOf('pos');
  let at = 0;
  return texts.map((token, index) => {
    const start = at + (spaces[index]?.length ?? 0);
    at = start + token.length;
    const isMasked = token.length > maxRunChars;
    const pos = isMasked ? 'X' : (tags[index] ?? 'X');
    const kind = isMasked ? 'mark' : kindOf(types[index] ?? '', pos);
    const lemma = (isMasked ? text.slice(start, at) : (lemmas[index] ?? token)).toLowerCase();
    const isStop = language.stopWords.has(token.toLowerCase()) || language.stopWords.has(lemma);
    return {
      text: text.slice(start, at),
      start,
      end: at,
      kind,
      lemma,
      term: language.stem(lemma),
      isContent: kind === 'word' && !isStop && /\p{L}{2}/u.test(token),
      pos,
    };
  });
}

/**
 * Prepares a text for the tokenizer, without changing offsets. The tokenizer takes at least quadratic time for runs without
 * spaces, so long runs are masked by x; and it drops unusual white space, so that is replaced.
 */
function readable(text: string): string {
  const spaced = text
    .replace(/[^\S \n\r\t]/gu, ' ')
    .replace(longRun, (run) => 'x'.repeat(run.length));
  return isProse(text) ? spaced : spaced.replace(signPattern, ' ');
}

/** Masks signs in text that is full of them, where they mean nothing and slow the tokenizer down. */
function isProse(text: string): boolean {
  if (text.length < minGarbledChars) return true;
  return (text.match(signPattern)?.length ?? 0) < text.length * garbledShare;
}

/** The tagger reads "bridge cost" in "the bridge cost 48 million" as a compound; before a number it is a verb. */
function retagCost(word: Word, index: number, words: readonly Word[]): Word {
  if (word.lemma !== 'cost' || word.pos !== 'NOUN' || words[index + 1]?.lemma === 'of') return word;
  const next = words
    .slice(index + 1, index + 5)
    .find(({ pos }) => pos !== 'ADV' && pos !== 'ADP' && pos !== 'ADJ' && pos !== 'DET');
  return next?.kind === 'number' || next?.pos === 'SYM' ? { ...word, pos: 'VERB' } : word;
}

function kindOf(type: string, pos: string): Word['kind'] {
  if (type === 'number' || pos === 'NUM') return 'number';
  return type === 'word' || type === 'unk' || type === 'alpha' ? 'word' : 'mark';
}

/** Broadcast captions are often all upper case, in which the model sees only names. */
function lowerIfShouted(text: string): string {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const capitals = text.match(/\p{Lu}/gu)?.length ?? 0;
  if (letters < 20 || capitals < letters * 0.7) return text;
  const lowered = text.toLowerCase();
  return lowered.length === text.length ? lowered : text;
}
