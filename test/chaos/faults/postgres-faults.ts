import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Deployment } from '../system/deployment.ts';
import { readReadiness, untilApisServe, within } from './fault.ts';
import type { FaultContext } from './fault.ts';

/** How long after the database everything may take to work again. */
const healsWithinMs = 5_000;

export async function restartPostgres({ deployment }: FaultContext): Promise<void> {
  await deployment.services.crashPostgres();
  await deployment.services.startPostgres();
  await untilApisServe(deployment);
}

/** As in a failover: for a while there is only a read-only server, and connections made to it stay with it. */
export async function failOverPostgres({ deployment, awayMs }: FaultContext): Promise<void> {
  await deployment.services.setPostgresReadOnly(true);
  await untilNoApiIsReady(deployment);
  await delay(awayMs);
  await deployment.services.setPostgresReadOnly(false);
  await untilApisServe(deployment, healsWithinMs);
}

/** The server keeps its connections, but does not answer. */
export async function silencePostgres({ deployment, awayMs }: FaultContext): Promise<void> {
  await deployment.services.signalPostgres('SIGSTOP');
  try {
    await untilNoApiIsReady(deployment);
    await delay(awayMs);
  } finally {
    await deployment.services.signalPostgres('SIGCONT');
  }
  await untilApisServe(deployment, healsWithinMs);
}

async function untilNoApiIsReady({ members }: Deployment): Promise<void> {
  for (const { url } of members('api')) {
    await within(async () => expect(await readReadiness(url)).toBe(503));
  }
}
