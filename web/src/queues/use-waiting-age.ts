import type { Queue } from 'fovea-jobs-client';
import { useEffect, useState } from 'react';

/** How long the oldest job has been waiting, each second, in ms; undefined if none waits. The server says it only when something changes. */
export function useWaitingAge(queue: Queue): number | undefined {
  const [elapsedMs, setElapsed] = useState(0);
  useEffect(() => {
    const receivedAt = Date.now();
    const update = () => setElapsed(Date.now() - receivedAt);
    update();
    const timer = setInterval(update, 1_000);
    return () => clearInterval(timer);
  }, [queue]);
  const { oldestQueuedAgeMs } = queue;
  return oldestQueuedAgeMs === null ? undefined : oldestQueuedAgeMs + elapsedMs;
}
