import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { eventually } from '../environment/eventually.ts';
import type { SeededRandom } from '../environment/seeded-random.ts';
import type { Deployment } from './deployment.ts';
import { countUnfinished, findLeaseHolder, listOpenJobs } from './look.ts';
import type { Member, ProcessKind } from './processes.ts';
import type { FaultName } from './record.ts';
import { cancelDocument, post } from './submit.ts';

export interface FaultContext {
  deployment: Deployment;
  random: SeededRandom;
  /** How long Redis stays away. */
  redisPauseMs: number;
}

/** How long the system may take to notice a fault, or to be whole again. */
const noticesWithinMs = 30_000;

/** Does something to the system under load, and resolves once it has noticed and is whole again. */
type Fault = (context: FaultContext) => Promise<void>;

export const faults: Record<FaultName, Fault> = {
  'kill-worker': killWorker,
  'kill-api': killApi,
  'kill-lease-holder': killLeaseHolder,
  'terminate-worker': terminateWorker,
  'restart-redis': restartRedis,
  'flush-redis': flushRedis,
  'pause-redis': pauseRedis,
  'restart-postgres': restartPostgres,
  'zombie-worker': pauseWorker,
  'flush-canceled': flushCanceled,
};

async function killWorker({ deployment, random }: FaultContext): Promise<void> {
  const victim = await findBusyWorker(deployment, random);
  await deployment.end(victim, 'SIGKILL');
  await deployment.replace(victim);
  await untilTakenOver(deployment, victim);
}

async function killApi({ deployment, random }: FaultContext): Promise<void> {
  await killAndReplace(deployment, random.pick(deployment.members('api')));
}

async function killLeaseHolder({ deployment }: FaultContext): Promise<void> {
  const { db } = deployment.services;
  const victim = await within(async () => {
    const holder = await findLeaseHolder(db);
    return expectMember(deployment, 'api', ({ name }) => name === holder);
  });
  await killAndReplace(deployment, victim);
  await within(async () => expect(await findLeaseHolder(db)).not.toBe(victim.name));
}

async function killAndReplace(deployment: Deployment, victim: Member): Promise<void> {
  await deployment.end(victim, 'SIGKILL');
  await deployment.replace(victim);
}

async function terminateWorker({ deployment, random }: FaultContext): Promise<void> {
  const victim = await findBusyWorker(deployment, random);
  await deployment.end(victim, 'SIGTERM');
  await deployment.replace(victim);
}

async function restartRedis({ deployment }: FaultContext): Promise<void> {
  await deployment.services.killRedis();
  await deployment.services.startRedis();
  await untilRedisIsUsed(deployment);
}

async function flushRedis({ deployment }: FaultContext): Promise<void> {
  const { db, flushRedis } = deployment.services;
  await within(async () => expect(await countUnfinished(db)).toBeGreaterThan(0));
  const before = countRepairs(deployment);
  await flushRedis();
  // Unless all that ran had just come to its end.
  await within(async () => {
    if (countRepairs(deployment) === before) expect(await countUnfinished(db)).toBe(0);
  });
}

async function pauseRedis({ deployment, random, redisPauseMs }: FaultContext): Promise<void> {
  const { signalRedis, killRedis, startRedis } = deployment.services;
  // One that hangs is another fault than one that is gone.
  if (random.below(2) === 0) {
    signalRedis('SIGSTOP');
    await delay(redisPauseMs);
    signalRedis('SIGCONT');
  } else {
    await killRedis();
    await delay(redisPauseMs);
    await startRedis();
  }
  await untilRedisIsUsed(deployment);
}

async function restartPostgres({ deployment }: FaultContext): Promise<void> {
  await deployment.services.crashPostgres();
  await deployment.services.startPostgres();
  for (const { url } of deployment.members('api')) {
    await within(async () => {
      const answer = await post(url, '{ jobs(first: 1) { edges { node { id } } } }', {});
      expect(answer?.errors).toBeUndefined();
      expect(answer?.data).toBeDefined();
    });
  }
}

/** The worker stands still past its lock; when it goes on, others have its jobs, or had them. */
async function pauseWorker({ deployment, random }: FaultContext): Promise<void> {
  const zombie = await findBusyWorker(deployment, random);
  zombie.kill('SIGSTOP');
  try {
    await untilTakenOver(deployment, zombie);
  } finally {
    zombie.kill('SIGCONT');
  }
}

/** Jobs that were told to stop lose first their worker, before it hears of it, and then their place in the queue. */
async function flushCanceled({ deployment, random }: FaultContext): Promise<void> {
  const { services } = deployment;
  const victim = await findBusyWorker(deployment, random);
  victim.kill('SIGSTOP');
  const [api] = deployment.members('api');
  for (const id of await listOpenJobs(services.db, victim.name)) {
    await post(api!.url, cancelDocument, { id });
  }
  await services.flushRedis();
  await deployment.end(victim, 'SIGKILL');
  await deployment.replace(victim);
  await untilTakenOver(deployment, victim);
}

async function findBusyWorker(deployment: Deployment, random: SeededRandom): Promise<Member> {
  const first = random.pick(deployment.members('worker'));
  const others = deployment.members('worker').filter((member) => member !== first);
  return within(async () => {
    for (const member of [first, ...others]) {
      if ((await listOpenJobs(deployment.services.db, member.name)).length > 0) return member;
    }
    throw new Error('no worker has anything to do');
  });
}

async function untilTakenOver({ services }: Deployment, { name }: Member): Promise<void> {
  await within(async () => expect(await listOpenJobs(services.db, name)).toEqual([]));
}

async function untilRedisIsUsed(deployment: Deployment): Promise<void> {
  const count = deployment.members('api').length + deployment.members('worker').length;
  await within(async () => {
    const names = await deployment.services.listRedisClients();
    const subscribers = names.filter((name) => name === 'fovea-jobs-subscriber');
    expect(subscribers.length).toBeGreaterThanOrEqual(count);
  });
}

function countRepairs({ members }: Deployment): number {
  const outputs = members('api').map(({ output }) => output);
  return outputs.join('\n').split('"rows repaired"').length;
}

function expectMember(
  { members }: Deployment,
  kind: ProcessKind,
  isIt: (member: Member) => boolean,
): Member {
  const found = members(kind).find(isIt);
  if (!found) throw new Error(`no such ${kind}`);
  return found;
}

async function within<T>(assertion: () => T | Promise<T>): Promise<T> {
  return eventually(assertion, { withinMs: noticesWithinMs });
}
