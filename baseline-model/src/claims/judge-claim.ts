import { attributedContent } from '../text/attribution.ts';
import { findQuantities, type Quantity } from '../text/quantities.ts';
import type { Sentence } from '../text/sentence.ts';
import { hedges } from '../statements/word-lists.ts';

export type ClaimType =
  | 'attribution'
  | 'opinion'
  | 'prediction'
  | 'quantitative'
  | 'event'
  | 'description'
  | 'statement';

export interface Judgement {
  type: ClaimType;
  /** How firm and verifiable the wording is, from 0 to 1; not whether it is true. */
  confidence: number;
}

const opinions = new Set(
  'should ought believe think feel opinion good great best better bad worst worse beautiful terrible wonderful amazing important disappointing proud unfair ridiculous excellent awful fantastic hopefully unfortunately fortunately glauben meinen finden schön schlecht'.split(
    ' ',
  ),
);
const future = new Set('will shall going expect predict forecast plan wird werden'.split(' '));
const pronouns = new Set(
  'it this that these those he she they er sie es dies il elle cela'.split(' '),
);
const longClaimWords = 35;
const shortClaimWords = 5;

/** Judges a claim by its wording. */
export function judgeClaim(claim: Sentence, language: string): Judgement {
  const quantities = findQuantities(claim.words, language);
  const type = typeOf(claim, quantities);
  const lemmas = claim.words.map((word) => word.lemma);
  const spoken = claim.words.filter((word) => word.kind !== 'mark').length;
  const names = claim.words.filter((word) => word.pos === 'PROPN').length;
  const amounts = quantities.filter(({ kind }) => kind !== 'label').length;
  let confidence = 0.62 + Math.min(2, amounts) * 0.08 + Math.min(2, names) * 0.05;
  confidence -= Math.min(2, lemmas.filter((lemma) => hedges.has(lemma)).length) * 0.2;
  if (pronouns.has(lemmas[0] ?? '') && type !== 'attribution') confidence -= 0.12;
  if (type === 'opinion') confidence -= 0.1;
  if (type === 'prediction' || type === 'attribution') confidence -= 0.05;
  if (type === 'event') confidence += 0.04;
  if (spoken > longClaimWords) confidence -= 0.08;
  if (spoken < shortClaimWords) confidence -= 0.06;
  return { type, confidence: Number(Math.min(0.97, Math.max(0.05, confidence)).toFixed(3)) };
}

function typeOf({ words }: Sentence, quantities: readonly Quantity[]): ClaimType {
  const has = (list: ReadonlySet<string>) => words.some((word) => list.has(word.lemma));
  if (attributedContent(words)) return 'attribution';
  if (has(opinions)) return 'opinion';
  if (has(future)) return 'prediction';
  if (quantities.some(({ kind }) => kind === 'amount')) return 'quantitative';
  const verb = words.find((word) => word.pos === 'VERB');
  if (
    verb &&
    (/(?:ed|en)$/iu.test(verb.text) || verb.text.toLowerCase() !== verb.lemma) &&
    !/(?:s|ing)$/iu.test(verb.text)
  )
    return 'event';
  if (words.some((word) => word.pos === 'AUX' && word.lemma === 'be')) return 'description';
  return 'statement';
}
