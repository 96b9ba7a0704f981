import type { SourceClaim } from '../../contract.ts';

/** One text that is claimed, by one source or more. */
export interface ClaimedText {
  text: string;
  /** Indices of the sources that claim it, each once. */
  sources: number[];
  confidence: number;
}

export interface ClaimSource {
  claims: readonly SourceClaim[];
}

/** A claim is a sentence or a few; what comes after so much of it is not read. */
const MAX_CLAIM_CHARS = 2000;

/** Claims and subclaims of all sources, each wording once; a subclaim that its claim says already is left out. */
export function collectClaims(sources: readonly ClaimSource[]): {
  texts: ClaimedText[];
  claimCount: number;
} {
  const byWording = new Map<string, ClaimedText>();
  let claimCount = 0;
  const visit = (claim: SourceClaim, source: number, above: string): void => {
    claimCount += 1;
    const wording = normalizeWording(claim.text);
    if (wording !== '' && !above.includes(wording)) add(byWording, wording, claim, source);
    for (const part of claim.subclaims) visit(part, source, `${above}\n${wording}`);
  };
  for (const [index, { claims }] of sources.entries()) {
    for (const claim of claims) visit(claim, index, '');
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
      text: claim.text.replace(/\s+/gu, ' ').trim().slice(0, MAX_CLAIM_CHARS),
      sources: [source],
      confidence: claim.confidence,
    });
    return;
  }
  if (!known.sources.includes(source)) known.sources.push(source);
  known.confidence = Math.max(known.confidence, claim.confidence);
}

function normalizeWording(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\p{P}\p{Z}\s]+/gu, ' ')
    .trim();
}
