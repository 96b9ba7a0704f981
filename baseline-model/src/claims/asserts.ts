import type { Sentence } from '../text/sentence.ts';

const phrasePattern =
  /^(?:good (?:morning|afternoon|evening|night)|hello|hi|welcome|thank(?:s| you)|bye|goodbye|see you|stay tuned|guten (?:tag|abend|morgen)|willkommen|danke|bonjour|merci|hola|gracias)\b/iu;
const minWords = 3;

/** Whether a sentence can be true or false: not a question, a greeting or a heading. */
export function asserts(sentence: Sentence): boolean {
  const { text, words } = sentence;
  const spoken = words.filter((word) => word.kind !== 'mark');
  if (/\?["”’»)\]]*$/u.test(text)) return false;
  if (phrasePattern.test(text) && spoken.length < 12) return false;
  // Scripts without spaces seem to have few words.
  const isUnspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Thai}]/u.test(text);
  if (spoken.length < (isUnspaced ? 2 : minWords)) return false;
  const hasGrammar = words.every((word) => word.pos !== undefined);
  if (!hasGrammar) return true;
  return words.some((word) => word.pos === 'VERB' || word.pos === 'AUX' || word.kind === 'number');
}
