import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Deployment } from '../system/deployment.ts';
import { countAppliedSince, countUnfinished } from '../system/rows.ts';
import { within } from './fault.ts';
import type { FaultContext } from './fault.ts';

export async function restartRedis({ deployment }: FaultContext): Promise<void> {
  await deployment.services.killRedis();
  await deployment.services.startRedis();
  await untilRedisIsUsed(deployment);
}

export async function flushRedis({ deployment }: FaultContext): Promise<void> {
  const { db, flushRedis } = deployment.services;
  await within(async () => expect(await countUnfinished(db)).toBeGreaterThan(0));
  const before = countRepairs(deployment);
  await flushRedis();
  // Unless all that ran had just come to its end.
  await within(async () => {
    if (countRepairs(deployment) === before) expect(await countUnfinished(db)).toBe(0);
  });
}

export async function pauseRedis({ deployment, random, awayMs }: FaultContext): Promise<void> {
  const { signalRedis, killRedis, startRedis } = deployment.services;
  // One that hangs is another fault than one that is gone.
  if (random.below(2) === 0) {
    signalRedis('SIGSTOP');
    await delay(awayMs);
    signalRedis('SIGCONT');
  } else {
    await killRedis();
    await delay(awayMs);
    await startRedis();
  }
  await untilRedisIsUsed(deployment);
}

/** A replica takes over: old connections stay with a server that takes no writes any more. */
export async function demoteRedis({ deployment }: FaultContext): Promise<void> {
  const retire = await deployment.services.failOverRedis();
  await untilRedisIsUsed(deployment, 'fovea-jobs-producer');
  // What is published reaches replicas: who only listens notices nothing, as long as this one is there.
  await retire();
  await untilRedisIsUsed(deployment);
}

/** How far the clock of a Redis is ahead that is then replaced by another. */
const aheadMs = 3_600_000;

/** Redis comes back empty, and its streams begin behind what the bridges have read, and rows have, of the one before. */
export async function restartRedisBehind({ deployment }: FaultContext): Promise<void> {
  const { services } = deployment;
  const before = Date.now();
  await services.advanceStreams(aheadMs);
  await within(async () =>
    expect(await countAppliedSince(services.db, before + aheadMs)).toBeGreaterThan(0),
  );
  await services.killRedis();
  await services.startRedis();
  await untilRedisIsUsed(deployment);
}

async function untilRedisIsUsed(
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
