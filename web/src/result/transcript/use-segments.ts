import { useCallback, useRef, useState } from 'react';
import { TranscriptPage } from '../../api/generated/documents.ts';
import type {
  SaidTextFragment,
  SegmentFragment,
  TranscriptPageQuery,
} from '../../api/generated/types.ts';
import { useJobRead } from '../read-job.ts';

export interface Segments {
  /** Those that are here, in order, from the first on. */
  segments: readonly SegmentFragment[];
  hasMore: boolean;
  error: Error | undefined;
  /** Reads the next page. */
  loadMore: () => Promise<void>;
  /** Reads the rest, and returns all. */
  loadAll: () => Promise<readonly SegmentFragment[]>;
}

/** The segments of a transcript: the first page at once, others when they are needed. */
export function useSegments(
  jobId: string,
  { segments: first, segmentCount }: SaidTextFragment,
): Segments {
  const readPage = useJobRead<TranscriptPageQuery, { after: number }>(TranscriptPage);
  const [segments, setSegments] = useState(first);
  const [problem, setProblem] = useState<Error>();
  const loaded = useRef(first);
  const loading = useRef<Promise<void>>(undefined);

  const load = useCallback(async () => {
    try {
      const after = loaded.current.at(-1)?.index ?? -1;
      const page = findSegments(await readPage({ id: jobId, after }));
      loaded.current = [...loaded.current, ...page];
      setSegments(loaded.current);
      setProblem(undefined);
    } catch (error) {
      setProblem(error as Error);
      throw error;
    } finally {
      loading.current = undefined;
    }
  }, [jobId, readPage]);

  // Whoever asks while a page is read waits for that page.
  const loadMore = useCallback(() => (loading.current ??= load()), [load]);

  const loadAll = useCallback(async () => {
    while (loaded.current.length < segmentCount) {
      const before = loaded.current.length;
      await loadMore();
      if (loaded.current.length === before) break; // deleted meanwhile
    }
    return loaded.current;
  }, [loadMore, segmentCount]);

  return { segments, hasMore: segments.length < segmentCount, error: problem, loadMore, loadAll };
}

/** A transcript is a result, or part of a summary, which may be that of claims. */
function findSegments({ job }: TranscriptPageQuery): readonly SegmentFragment[] {
  const result = job && 'result' in job ? job.result : null;
  if (!result) return [];
  if ('segments' in result) return result.segments;
  const summary = 'transcript' in result ? result : result.summary;
  return summary?.transcript?.segments ?? [];
}
