import { findText } from '../text/find-text.ts';
import type { SourceClaim } from '../contract.ts';

/** A claim of one or more sources. */
export interface ClaimedText {
  /** Of the first claim with this wording. */
  claimId: string;
  text: string;
  /** Indices of its sources, each once. */
  sources: number[];
  confidence: number;
}

export interface ClaimSource {
  claims: readonly SourceClaim[];
}

/** A claim is a few sentences; the rest of a longer one is ignored. */
const maxClaimChars = 2000;
/** Maximum enclosing claims that a subclaim is compared with. */
const maxAncestors = 3;

/** Claims and subclaims of all sources, each wording once, without subclaims that repeat their claim. */
export function collectClaims(sources: readonly ClaimSource[]): {
  texts: ClaimedText[];
  claimCount: number;
} {
  const byWording = new Map<string, ClaimedText>();
  let claimCount = 0;
  const visit = (claim: SourceClaim, source: number, above: readonly string[]): void => {
    claimCount += 1;
    const wording = normalizeWording(claim.text);
    const isSaid = above.some((text) => findText(text, wording) !== -1);
    if (wording !== '' && !isSaid) add(byWording, wording, claim, source);
    const ancestors = [...above, wording].slice(-maxAncestors);
    for (const part of claim.subclaims) visit(part, source, ancestors);
  };
  for (const [index, { claims }] of sources.entries()) {
    for (const claim of claims) visit(claim, index, []);
  }
  return { texts: [...byWording.values()], claimCount };
}

function add(
  byWording: Map<string, ClaimedText>,
  wording: string,
  claim: SourceClaim,
  source: number,
): void {
  const known = byWording.get(wording);
  if (!known) {
    byWording.set(wording, {
      claimId: claim.id,
      text: claim.text.replace(/\s+/gu, ' ').trim().slice(0, maxClaimChars),
      sources: [source],
      confidence: claim.confidence,
    });
    return;
  }
  // Claims are ordered by source.
  if (known.sources.at(-1) !== source) known.sources.push(source);
  known.confidence = Math.max(known.confidence, claim.confidence);
}

function normalizeWording(text: string): string {
  return text
    .slice(0, maxClaimChars)
    .toLowerCase()
    .replace(/[\p{P}\p{Z}\s]+/gu, ' ')
    .trim();
}
