import type { ExtractClaimsRequest, ExtractClaimsResponse, ExtractedClaim } from '../contract.ts';
import { HttpError } from '../http/http-error.ts';
import { modelName } from '../identity.ts';
import type { TextAnalyzer } from '../text/analyze.ts';
import type { Sentence } from '../text/sentence.ts';
import { mapInSteps, type Work } from '../work.ts';
import { asserts } from './asserts.ts';
import { decompose, type ClaimTree } from './decompose.ts';
import { judgeClaim } from './judge-claim.ts';
import { numberSentences, type NumberedSentence } from './number-sentences.ts';

/** A text is analyzed in one piece, so its length bounds how long other requests wait. */
const maxTextChars = 300_000;

/** Extracts claims, with the exact offsets of their text in the summary. */
export async function extractClaims(
  request: ExtractClaimsRequest,
  { analyzer, work }: { analyzer: TextAnalyzer; work: Work },
): Promise<ExtractClaimsResponse> {
  const startedAt = performance.now();
  const { summary_text: text } = request;
  if (text.length > maxTextChars) {
    throw new HttpError(413, `summary_text is longer than ${maxTextChars} characters`);
  }
  await work.step(0.05, 'Reading the summary');
  const reader = await analyzer.readerFor(text);
  const sentences = numberSentences(text, reader.sentencesOf(text), request.sentences ?? undefined);
  await work.step(0.2, 'Finding sentences');
  work.log('info', `${sentences.length} sentences, language ${reader.language}`);
  const extracting = { from: 0.2, to: 0.9, stage: 'Extracting claims' };
  const found = await mapInSteps(sentences, extracting, work, (numbered) =>
    claimsOf(text, numbered, request.extraction_strategy, reader.language),
  );
  const claims = withConfidence(found.flat(), request.min_confidence).slice(0, request.max_claims);
  await work.step(0.98, 'Checking confidence');
  return {
    summary_id: request.summary_id,
    claims,
    model_used: modelName,
    processing_time: (performance.now() - startedAt) / 1000,
  };
}

function claimsOf(
  text: string,
  { sentence, index }: NumberedSentence,
  strategy: ExtractClaimsRequest['extraction_strategy'],
  language: string,
): ExtractedClaim[] {
  if (!asserts(sentence)) return [];
  const toClaim = (tree: ClaimTree): ExtractedClaim => {
    const { type, confidence } = judgeClaim(tree.sentence, language);
    return {
      text: tree.sentence.text,
      sentence_index: index,
      char_start: tree.sentence.start,
      char_end: tree.sentence.end,
      confidence,
      claim_type: type,
      subclaims: tree.parts.map(toClaim),
    };
  };
  const leaf = (part: Sentence) => toClaim({ sentence: part, parts: [] });
  if (strategy === 'sentence-based') return [leaf(sentence)];
  const tree = decompose(text, sentence);
  if (strategy === 'hierarchical') return [toClaim(tree)];
  return unitsOf(tree).map(leaf);
}

/** The clauses of a sentence, or an attribution as a whole. */
function unitsOf(tree: ClaimTree): Sentence[] {
  return tree.parts.length > 1 ? tree.parts.flatMap(unitsOf) : [tree.sentence];
}

function withConfidence(claims: readonly ExtractedClaim[], minimum: number): ExtractedClaim[] {
  return claims
    .filter((claim) => claim.confidence >= minimum)
    .map((claim) => ({ ...claim, subclaims: withConfidence(claim.subclaims, minimum) }));
}
