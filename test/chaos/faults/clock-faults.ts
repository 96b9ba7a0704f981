import type { FaultContext } from './fault.ts';

const minuteMs = 60_000;

/** Delays, expiry and backoff depend on the database's clock, not on a worker's. */
export async function skewWorker({ deployment, random }: FaultContext): Promise<void> {
  const [worker] = deployment.members('worker');
  const minutes = random.pick([-20, 20]);
  await deployment.end(worker!, 'SIGTERM');
  await deployment.replace(worker!, { clockOffsetMs: minutes * minuteMs });
}

export async function skewApi({ deployment, random }: FaultContext): Promise<void> {
  const [api] = deployment.members('api');
  const minutes = random.pick([-10, 10]);
  await deployment.end(api!, 'SIGTERM');
  await deployment.replace(api!, { clockOffsetMs: minutes * minuteMs });
}
