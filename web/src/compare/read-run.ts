import type { ComparedJobQuery } from '../api/generated/types.ts';
import type { Claim } from './match-claims.ts';

export type ComparedJob = NonNullable<ComparedJobQuery['job']>;

interface Found {
  text: string | undefined;
  claims: readonly Claim[] | undefined;
}

/** What a run has found, as far as it can be compared. */
export function readFound(job: ComparedJob): Found {
  const results = job as {
    summary?: { text: string; claims: readonly Claim[] } | null;
    claimExtraction?: { claims: readonly Claim[] } | null;
    claimSynthesis?: { text: string } | null;
    transcript?: { text: string } | null;
  };
  const { summary, claimExtraction, claimSynthesis, transcript } = results;
  return {
    text: (summary ?? claimSynthesis ?? transcript)?.text,
    claims: (summary ?? claimExtraction)?.claims,
  };
}

export interface RunTimes {
  /** In ms; undefined while it has not. */
  waited: number | undefined;
  ran: number | undefined;
}

export function readTimes({ createdAt, startedAt, completedAt }: ComparedJob): RunTimes {
  const between = (from: string | null, to: string | null) =>
    from === null || to === null ? undefined : Date.parse(to) - Date.parse(from);
  return { waited: between(createdAt, startedAt), ran: between(startedAt, completedAt) };
}
