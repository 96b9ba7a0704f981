import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Deployment } from '../system/deployment.ts';
import { readReadiness, untilApisServe, within } from './fault.ts';
import type { FaultContext } from './fault.ts';

/** Everything works again within that time of the database. */
const healsWithinMs = 5_000;

export async function restartPostgres({ deployment }: FaultContext): Promise<void> {
  await deployment.services.crashPostgres();
  await deployment.services.startPostgres();
  await untilApisServe(deployment);
}

/** As a failover: for a while there is nothing but a server that is only read, and who has connected to it stays there. */
export async function failOverPostgres({ deployment, awayMs }: FaultContext): Promise<void> {
  await deployment.services.setPostgresReadOnly(true);
  await untilNobodyIsReady(deployment);
  await delay(awayMs);
  await deployment.services.setPostgresReadOnly(false);
  await untilApisServe(deployment, healsWithinMs);
}

/** A server that keeps its connections, and says nothing. */
export async function silencePostgres({ deployment, awayMs }: FaultContext): Promise<void> {
  await deployment.services.signalPostgres('SIGSTOP');
  try {
    await untilNobodyIsReady(deployment);
    await delay(awayMs);
  } finally {
    await deployment.services.signalPostgres('SIGCONT');
  }
  await untilApisServe(deployment, healsWithinMs);
}

async function untilNobodyIsReady({ members }: Deployment): Promise<void> {
  for (const { url } of members('api')) {
    await within(async () => expect(await readReadiness(url)).toBe(503));
  }
}
