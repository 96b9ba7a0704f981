import { useEffect, useState } from 'react';
import { JobSummaries } from '../api/generated/documents.ts';
import { useQuery } from '../api/use-query.ts';
import type { EndedJob } from './ended-jobs.ts';

/** So long somebody types on before the server is asked, in ms. */
const settleMs = 120;
const atMost = 8;
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The newest jobs that match a text, or the job with that id; all of them are the newest ones without a text. */
export function useFoundJobs(text: string): { jobs: readonly EndedJob[]; isLoading: boolean } {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), settleMs);
    return () => clearTimeout(timer);
  }, [text]);
  const filter = uuid.test(settled) ? { ids: [settled] } : { text: settled || null };
  const { data, isLoading } = useQuery(JobSummaries, { filter, first: atMost });
  return {
    jobs: data?.jobs.edges.map(({ node }) => node) ?? [],
    isLoading: isLoading || settled !== text,
  };
}
