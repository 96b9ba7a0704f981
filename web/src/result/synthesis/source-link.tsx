import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { usePlayback } from '../player/playback-context.ts';
import { toMomentSearch } from '../player/use-seek.ts';

interface SourceLinkProps {
  /** Counted from 0. */
  source: number;
  /** The source that is shown. */
  here: number;
  /** Seconds. */
  time: number;
  className?: string | undefined;
  title?: string;
  isCurrent?: boolean;
  children: ReactNode;
}

/** A moment in the video of a source. */
export function SourceLink({ source, here, time, isCurrent, children, ...rest }: SourceLinkProps) {
  const { seek } = usePlayback();
  const [path, navigate] = useLocation();
  const search = toMomentSearch(time, { source: String(source + 1) });
  return (
    <a
      {...rest}
      href={search}
      aria-current={isCurrent}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        if (source === here) seek(time);
        navigate(path + search, { replace: true });
      }}
    >
      {children}
    </a>
  );
}
