import type { ClaimTextFragment } from '../../api/generated/types.ts';

/** A claim and those that it consists of. */
export type Claim = ClaimTextFragment & { readonly subclaims?: readonly Claim[] };

/** All of them, each before those that it consists of. */
export function listAll(claims: readonly Claim[]): Claim[] {
  return claims.flatMap((claim) => [claim, ...listAll(claim.subclaims ?? [])]);
}

export interface Piece {
  text: string;
  /** Where it starts in the text, in UTF-16 units. */
  start: number;
  /** The claims that it is part of, the longest first. */
  claims: readonly Claim[];
}

/** Divides a text where claims start and end. Claims may overlap and contain one another; offsets that do not fit the text are ignored. */
export function divideByClaims(text: string, claims: readonly Claim[]): Piece[] {
  const placed = claims
    .filter(
      (claim): claim is Claim & { charStart: number; charEnd: number } =>
        claim.charStart !== null &&
        claim.charEnd !== null &&
        claim.charStart >= 0 &&
        claim.charStart < claim.charEnd &&
        claim.charEnd <= text.length,
    )
    .toSorted((a, b) => b.charEnd - b.charStart - (a.charEnd - a.charStart));
  const cuts = new Set([0, text.length]);
  for (const { charStart, charEnd } of placed) cuts.add(charStart).add(charEnd);
  const places = [...cuts].toSorted((a, b) => a - b);
  return places.slice(0, -1).map((start, index) => {
    const end = places[index + 1]!;
    return {
      text: text.slice(start, end),
      start,
      claims: placed.filter((claim) => claim.charStart <= start && claim.charEnd >= end),
    };
  });
}

/** Seconds for which a moment without an end counts as being said. */
const heldFor = 4;

/** Whether a claim is made at this time. */
export function isSaidAt({ moments }: Claim, time: number): boolean {
  const [moment] = moments;
  if (!moment) return false;
  const end = moment.end > moment.start ? moment.end : moment.start + heldFor;
  return time >= moment.start - 0.05 && time < end;
}

/** The moments of claims, for the scrubber. */
export function toMarks(claims: readonly Claim[]): { time: number; label: string }[] {
  return listAll(claims).flatMap(({ moments: [moment], text: label }) =>
    moment ? [{ time: moment.start, label }] : [],
  );
}
