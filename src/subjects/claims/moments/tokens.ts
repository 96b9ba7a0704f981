/** A word, a number, or a character of a script without spaces, as texts are compared by it. */
export interface Token {
  /** In lower case, without accents; a number without the marks between its thousands. */
  word: string;
  /** What inflected forms of a word have in common; of a script without spaces, the character and the one after it. */
  stem: string;
  /** Where it is, as a share of the text: 0 to 1. */
  start: number;
  end: number;
}

/** `employs` and `employed` begin with the same letters, as such words do in many languages. */
const stemLength = 6;
/** Accents; and vowel points, stretching and joiners, which the same word may be written without. */
const marks = /\p{Cf}|\u0640|[\p{Mn}&&[\p{sc=Zinh}\p{sc=Hebrew}]]/gv;
/** Scripts without spaces between words. `Intl.Segmenter` finds words there, but in a part of a sentence others than in the whole. */
const unspaced = String.raw`[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]`;
const letters = String.raw`[[\p{L}\p{M}]--${unspaced}]+`;
const tokenPattern = new RegExp(
  String.raw`(?<number>\p{Nd}+(?:[.,'’٫٬]\p{Nd}+)*)|(?<character>${unspaced})|${letters}(?:['’ʼ]${letters})*`,
  'gv',
);

export function listTokens(text: string): Token[] {
  const plain = text.normalize('NFKD').toLowerCase().replace(marks, '');
  const tokens: Token[] = [];
  let previous: { token: Token; endsAt: number } | undefined;
  for (const { 0: given, index, groups } of plain.matchAll(tokenPattern)) {
    const word = groups?.['number'] ? toNumber(given) : given.replace(/['’ʼ]/g, '');
    const endsAt = index + given.length;
    const token = {
      word,
      stem: groups?.['number'] ? word : word.slice(0, stemLength),
      start: index / plain.length,
      end: endsAt / plain.length,
    };
    tokens.push(token);
    const isCharacter = groups?.['character'] !== undefined;
    if (isCharacter && previous?.endsAt === index) previous.token.stem += word;
    previous = isCharacter ? { token, endsAt } : undefined;
  }
  return tokens;
}

/** `4,200`, `4'200` and `٤٬٢٠٠` are `4200`; `6,1` is `6.1`. */
function toNumber(given: string): string {
  const digits = given.replace(/[^.,'’٫٬]/gu, toAsciiDigit);
  const isGrouped = /^\d{1,3}(?:[.,'’٬]\d{3})+$/.test(digits);
  return digits.replace(/[.,'’٫٬]/g, isGrouped ? '' : '.');
}

/** Digits of every script come in tens, which begin with zero. */
function toAsciiDigit(digit: string): string {
  if (digit <= '9') return digit;
  const point = digit.codePointAt(0)!;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(point - value - 1))) value += 1;
  return String(value);
}
