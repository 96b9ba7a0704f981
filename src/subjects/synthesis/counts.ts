import type { SynthesizeResponse } from './wire.ts';

interface Countable {
  subclaims?: readonly Countable[] | undefined;
}

/** Claims with all that is below them. */
export function countClaims(claims: readonly Countable[]): number {
  return claims.reduce((sum, claim) => sum + 1 + countClaims(claim.subclaims ?? []), 0);
}

/** Null where the service cannot tell: one that has not searched has found none. */
export function countConflicts({
  conflicts_detected: count = 0,
  conflicts_searched: isSearched = false,
}: SynthesizeResponse['synthesis_metadata']): number | null {
  return isSearched || count > 0 ? count : null;
}
