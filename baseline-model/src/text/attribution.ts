import { isQuote, trimClause } from './clauses.ts';
import type { Word } from './sentence.ts';

const reportingVerbs = new Set(
  'say state claim report announce explain add warn insist argue note confirm estimate stress admit declare write predict believe think tell suggest acknowledge maintain reveal promise'.split(
    ' ',
  ),
);
/** Maximum words that name the speaker. */
const maxSpeakerWords = 9;
const minContentWords = 3;

/** The statement in an attribution; undefined if the clause is none. */
export function attributedContent(words: readonly Word[]): Word[] | undefined {
  const content = accordingTo(words) ?? afterReport(words) ?? beforeReport(words);
  if (!content) return undefined;
  const trimmed = withoutQuotes(content);
  return trimmed.filter((word) => word.kind !== 'mark').length >= minContentWords
    ? trimmed
    : undefined;
}

/** "According to the mayor, …" */
function accordingTo(words: readonly Word[]): Word[] | undefined {
  if (words[0]?.text.toLowerCase() !== 'according' || words[1]?.lemma !== 'to') return undefined;
  const comma = words.findIndex((word) => word.text === ',');
  return comma > 0 ? words.slice(comma + 1) : undefined;
}

/** "The mayor said (that) …", "Anna Keller says: …" */
function afterReport(words: readonly Word[]): Word[] | undefined {
  const verb = words.slice(0, maxSpeakerWords).findIndex(isReport);
  if (verb < 1 || words.slice(0, verb).some((word) => isQuote(word) || word.pos === 'VERB'))
    return undefined;
  let start = verb + 1;
  const that = words.slice(start, start + 6).findIndex((word) => word.lemma === 'that');
  if (that >= 0 && words[start + that + 1]) start += that + 1;
  else if (words[verb]?.lemma === 'tell') return undefined;
  const content = trimClause(words.slice(start));
  const hasVerb = content.some((word) => word.pos === 'VERB' || word.pos === 'AUX');
  const opensPlainly =
    isQuote(content[0]) || /^(?:DET|PRON|NOUN|PROPN|ADJ|NUM|ADV)$/u.test(content[0]?.pos ?? '');
  return hasVerb && opensPlainly ? content : undefined;
}

/** "…, the mayor said", "…, said the mayor" */
function beforeReport(words: readonly Word[]): Word[] | undefined {
  const comma = words.findLastIndex((word) => word.text === ',');
  const tail = words.slice(comma + 1).filter((word) => word.kind !== 'mark');
  // "said the mayor", "the mayor said", "the mayor told us"
  const isReportTail =
    comma > 0 &&
    tail.length <= maxSpeakerWords &&
    [tail[0], tail.at(-1), tail.at(-2)].some(isReport);
  return isReportTail && tail.length > 1 ? words.slice(0, comma) : undefined;
}

function isReport(word: Word | undefined): boolean {
  return word?.pos === 'VERB' && reportingVerbs.has(word.lemma);
}

function withoutQuotes(words: readonly Word[]): Word[] {
  const trimmed = trimClause(words);
  const from = isQuote(trimmed[0]) ? 1 : 0;
  const to = isQuote(trimmed.at(-1)) ? trimmed.length - 1 : trimmed.length;
  const inner = trimmed.slice(from, to);
  // A quotation with only one of its marks would be cut in the middle.
  if (inner.some(isQuote)) return trimmed;
  return trimClause(inner);
}
