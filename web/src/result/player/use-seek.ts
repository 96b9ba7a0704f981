import { useCallback } from 'react';
import { useLocation } from 'wouter';
import { usePlayback } from './playback-context.ts';

/** The part of the page's URL with a moment in it; what else is there stays, also the ticket in the fragment. */
export function toMomentSearch(time: number, more: Record<string, string> = {}): string {
  const params = new URLSearchParams(location.search);
  params.set('at', String(Math.round(time * 1_000) / 1_000));
  for (const [name, value] of Object.entries(more)) params.set(name, value);
  return `?${params}${location.hash}`;
}

/** Goes to a moment, and has it in the page's URL, so that whoever gets the link is there too. */
export function useSeek(): (time: number) => void {
  const { seek } = usePlayback();
  const [path, navigate] = useLocation();
  return useCallback(
    (time: number) => {
      seek(time);
      navigate(path + toMomentSearch(time), { replace: true });
    },
    [seek, navigate, path],
  );
}
