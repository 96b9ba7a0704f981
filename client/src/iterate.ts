import type { LogLine, WatchOptions } from './jobs.ts';
import type { Source } from './source.ts';
import type { JobLog } from './topics/log.ts';

/** The states of a source, from now to its end, the newest first when the reader is slow. Throws its error, and that of `signal`. */
export async function* iterate<Value>(
  { get, subscribe }: Source<Value>,
  { signal }: WatchOptions = {},
): AsyncGenerator<Exclude<Value, undefined>, void, undefined> {
  let wake: (() => void) | undefined;
  const onChange = () => wake?.();
  const leave = subscribe(onChange);
  signal?.addEventListener('abort', onChange);
  let seen: Value | undefined;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { value, error, isOver } = get();
      if (error) throw error;
      if (value !== undefined && value !== seen) yield (seen = value) as Exclude<Value, undefined>;
      else if (isOver) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    leave();
    signal?.removeEventListener('abort', onChange);
  }
}

/** The lines of a log, each once. */
export async function* iterateLines(
  source: Source<JobLog>,
  options?: WatchOptions,
): AsyncGenerator<LogLine, void, undefined> {
  let next = 0;
  for await (const { lines } of iterate(source, options)) {
    for (; next < lines.length; next += 1) yield lines[next]!;
  }
}
