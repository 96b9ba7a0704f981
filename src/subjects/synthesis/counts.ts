import type { SynthesizeResponse } from './wire.ts';

interface Countable {
  subclaims?: readonly Countable[] | undefined;
}

/** The number of claims, including their subclaims. */
export function countClaims(claims: readonly Countable[]): number {
  return claims.reduce((sum, claim) => sum + 1 + countClaims(claim.subclaims ?? []), 0);
}

/** The number of conflicts; null if the service has not searched for them. */
export function countConflicts({
  conflicts_detected: count = 0,
  conflicts_searched: isSearched = false,
}: SynthesizeResponse['synthesis_metadata']): number | null {
  return isSearched || count > 0 ? count : null;
}
