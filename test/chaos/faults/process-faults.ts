import { expect } from 'vitest';
import type { Deployment } from '../system/deployment.ts';
import { findLeaseHolder, listOpenJobs } from '../system/rows.ts';
import type { Member, ProcessKind } from '../system/processes.ts';
import { cancelDocument, post } from '../load/submit.ts';
import { findBusyWorker, untilTakenOver, within } from './fault.ts';
import type { FaultContext } from './fault.ts';

export async function killWorker({ deployment, random }: FaultContext): Promise<void> {
  const victim = await findBusyWorker(deployment, random);
  await deployment.end(victim, 'SIGKILL');
  await deployment.replace(victim);
  await untilTakenOver(deployment, victim);
}

export async function killApi({ deployment, random }: FaultContext): Promise<void> {
  await killAndReplace(deployment, random.pick(deployment.members('api')));
}

export async function killLeaseHolder({ deployment }: FaultContext): Promise<void> {
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

export async function terminateWorker({ deployment, random }: FaultContext): Promise<void> {
  const victim = await findBusyWorker(deployment, random);
  await deployment.end(victim, 'SIGTERM');
  await deployment.replace(victim);
}

/** The worker is stopped until its locks have expired; when it continues, others have its jobs. */
export async function pauseWorker({ deployment, random }: FaultContext): Promise<void> {
  const victim = await findBusyWorker(deployment, random);
  victim.kill('SIGSTOP');
  try {
    await untilTakenOver(deployment, victim);
  } finally {
    victim.kill('SIGCONT');
  }
}

/** Canceled jobs lose their worker before it receives the cancel, and then their entry in the queue. */
export async function flushCanceled({ deployment, random }: FaultContext): Promise<void> {
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

function expectMember(
  { members }: Deployment,
  kind: ProcessKind,
  isIt: (member: Member) => boolean,
): Member {
  const found = members(kind).find(isIt);
  if (!found) throw new Error(`There is no such ${kind}.`);
  return found;
}
