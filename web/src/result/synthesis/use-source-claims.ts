import { useEffect, useState } from 'react';
import { SourceClaims } from '../../api/generated/documents.ts';
import { useOperation } from '../../api/use-operation.ts';
import type { Claim } from '../summary/claims.ts';

/** Summaries whose claims are read at the same time. */
const atOnce = 4;

/** The claims of each summary, by its id, as they come: all at once would cost more than the server allows. */
export function useSourceClaims(ids: readonly string[]): {
  claims: ReadonlyMap<string, readonly Claim[]>;
  error: Error | undefined;
} {
  const read = useOperation(SourceClaims);
  const [claims, setClaims] = useState<ReadonlyMap<string, readonly Claim[]>>(new Map());
  const [problem, setProblem] = useState<Error>();
  const key = ids.join(' ');
  useEffect(() => {
    const controller = new AbortController();

    async function readAll(left: IteratorObject<string, undefined, undefined>): Promise<void> {
      // Each of those that read takes the next one.
      for (const id of left) {
        const { videoSummary } = await read({ id }, controller.signal);
        if (videoSummary) setClaims((before) => new Map(before).set(id, videoSummary.claims));
      }
    }

    void (async () => {
      try {
        const left = new Set(key.split(' ').filter(Boolean)).values();
        await Promise.all(Array.from({ length: atOnce }, () => readAll(left)));
      } catch (error) {
        if (!controller.signal.aborted) setProblem(error as Error);
      }
    })();
    return () => controller.abort();
  }, [key, read]);
  return { claims, error: problem };
}
