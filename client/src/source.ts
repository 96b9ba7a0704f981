import { JobsError } from './errors.ts';
import type { Topic } from './topics/topic.ts';
import type { Wire } from './wire/watch.ts';

/** What is known of something that is watched. The same object until something changes. */
export interface Snapshot<Value> {
  readonly value: Value;
  /** Why it cannot be watched: it does not exist, or is somebody else's. */
  readonly error: JobsError | undefined;
  /** Nothing more will come. */
  readonly isOver: boolean;
}

/** Something that any number of listeners watch by one subscription. */
export interface Source<Value> {
  get: () => Snapshot<Value>;
  /** Calls back after changes, until the returned function is called. */
  subscribe: (listener: () => void) => () => void;
  /** Looks again at what was over, if somebody listens: a job that had ended was retried. */
  refresh: () => void;
}

/** So long what nobody listens to any more is kept, in ms: pages leave and come back, and React mounts twice. */
const keepMs = 5_000;

/** Watches while somebody listens, and a little longer. Changes of one moment are told once. */
export function createSource<Value>(
  wire: Pick<Wire, 'watch'>,
  topic: Topic<Value>,
  onUnused: () => void,
): Source<Value> {
  const listeners = new Set<() => void>();
  let error: JobsError | undefined;
  let isOver = false;
  let snapshot: Snapshot<Value> | undefined;
  let stop: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isTelling = false;

  function get(): Snapshot<Value> {
    const value = topic.read();
    if (
      !snapshot ||
      snapshot.value !== value ||
      snapshot.error !== error ||
      snapshot.isOver !== isOver
    )
      snapshot = { value, error, isOver };
    return snapshot;
  }

  function tell(): void {
    if (isTelling) return;
    isTelling = true;
    queueMicrotask(() => {
      isTelling = false;
      for (const listener of listeners) listener();
    });
  }

  function start(): void {
    clearTimeout(timer);
    if (stop) return;
    error = undefined;
    // A job that had ended may have been retried meanwhile: who comes now is not told of the old end.
    isOver = false;
    stop = wire.watch({
      ...topic,
      next: (data) => {
        const ahead = topic.accept(data);
        tell();
        return ahead;
      },
      interrupt: () => {
        topic.interrupt?.();
        tell();
      },
      fail: (fault) => {
        error = new JobsError(fault);
        stop = undefined;
        tell();
      },
      end: () => {
        isOver = true;
        stop = undefined;
        tell();
      },
    });
  }

  function leave(): void {
    timer = setTimeout(() => {
      stop?.();
      stop = undefined;
      onUnused();
    }, keepMs);
    (timer as { unref?: () => void }).unref?.();
  }

  // What a component asks for and never listens to is not kept either.
  leave();
  return {
    get,
    refresh: () => {
      if (listeners.size > 0) start();
    },
    subscribe: (listener) => {
      // Each call is one listener, even with a function that listens already.
      const own = () => listener();
      listeners.add(own);
      start();
      return () => {
        if (listeners.delete(own) && listeners.size === 0) leave();
      };
    },
  };
}
