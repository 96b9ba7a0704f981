import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Deployment } from '../system/deployment.ts';
import { countAppliedSince, countUnfinished } from '../system/rows.ts';
import { within } from './fault.ts';
import type { FaultContext } from './fault.ts';

export async function restartRedis({ deployment }: FaultContext): Promise<void> {
  await deployment.services.killRedis();
  await deployment.services.startRedis();
  await untilConnectedToRedis(deployment);
}

export async function flushRedis({ deployment }: FaultContext): Promise<void> {
  const { db, flushRedis } = deployment.services;
  await within(async () => expect(await countUnfinished(db)).toBeGreaterThan(0));
  const before = countRepairs(deployment);
  await flushRedis();
  // Nothing is repaired if all jobs had just ended.
  await within(async () => {
    if (countRepairs(deployment) === before) expect(await countUnfinished(db)).toBe(0);
  });
}

export async function pauseRedis({ deployment, random, awayMs }: FaultContext): Promise<void> {
  const { signalRedis, killRedis, startRedis } = deployment.services;
  // A server that hangs is a different fault from one that is gone.
  if (random.below(2) === 0) {
    signalRedis('SIGSTOP');
    await delay(awayMs);
    signalRedis('SIGCONT');
  } else {
    await killRedis();
    await delay(awayMs);
    await startRedis();
  }
  await untilConnectedToRedis(deployment);
}

/** A replica takes over; old connections stay with a server that no longer accepts writes. */
export async function failOverRedis({ deployment }: FaultContext): Promise<void> {
  const retire = await deployment.services.failOverRedis();
  await untilConnectedToRedis(deployment, 'fovea-jobs-producer');
  // Subscribers notice nothing while the old server runs, as published messages reach replicas.
  await retire();
  await untilConnectedToRedis(deployment);
}

/** How far the clock of the first Redis is ahead of the one that replaces it. */
const aheadMs = 3_600_000;

/** Redis comes back empty, and the ids of its streams are older than those that bridges and rows have from before. */
export async function restartRedisBehind({ deployment }: FaultContext): Promise<void> {
  const { services } = deployment;
  const before = Date.now();
  await services.advanceStreams(aheadMs);
  await within(async () =>
    expect(await countAppliedSince(services.db, before + aheadMs)).toBeGreaterThan(0),
  );
  await services.killRedis();
  await services.startRedis();
  await untilConnectedToRedis(deployment);
}

async function untilConnectedToRedis(
  deployment: Deployment,
  client = 'fovea-jobs-subscriber',
): Promise<void> {
  const count = deployment.members('api').length + deployment.members('worker').length;
  await within(async () => {
    const names = await deployment.services.listRedisClients();
    const clients = names.filter((name) => name === client);
    expect(clients.length).toBeGreaterThanOrEqual(count);
  });
}

function countRepairs({ members }: Deployment): number {
  const outputs = members('api').map(({ output }) => output);
  return outputs.join('\n').split('"rows repaired"').length;
}
