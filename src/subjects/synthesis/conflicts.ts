import type { ClaimConflict } from './table.ts';
import type { SynthesizeRequest, SynthesizeResponse } from './wire.ts';

type AskedClaim = SynthesizeRequest['claim_sources'][number]['claims'][number];

/** The conflicts that an answer names, with the claims as they were asked about. One that names another claim is left out. */
export function toConflicts(
  { claim_sources: sources }: Pick<SynthesizeRequest, 'claim_sources'>,
  { synthesis_metadata: metadata }: Pick<SynthesizeResponse, 'synthesis_metadata'>,
): ClaimConflict[] {
  const { conflicts = [] } = metadata;
  if (conflicts.length === 0) return [];
  const texts = new Map<string, string>();
  const collect = ({ id, text, subclaims = [] }: AskedClaim): void => {
    texts.set(id, text);
    for (const subclaim of subclaims) collect(subclaim);
  };
  for (const { claims } of sources) for (const claim of claims) collect(claim);
  return conflicts.flatMap(({ claim_ids: [a, b], reason }) => {
    const [first, second] = [texts.get(a), texts.get(b)];
    if (first === undefined || second === undefined) return [];
    return {
      claims: [
        { claimId: a, text: first },
        { claimId: b, text: second },
      ],
      reason,
    };
  });
}
