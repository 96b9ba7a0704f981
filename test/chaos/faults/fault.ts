import { expect } from 'vitest';
import { eventually } from '../../environment/eventually.ts';
import type { SeededRandom } from '../../environment/seeded-random.ts';
import type { Deployment } from '../system/deployment.ts';
import { listOpenJobs } from '../system/rows.ts';
import type { Member } from '../system/processes.ts';
import { post } from '../load/submit.ts';

export interface FaultContext {
  deployment: Deployment;
  random: SeededRandom;
  /** How long a service is away, or works wrongly. */
  awayMs: number;
}

/** Breaks something under load, and resolves once the system has noticed and recovered. */
export type Fault = (context: FaultContext) => Promise<void>;

/** How long the system may take to notice a fault, or to recover. */
const noticesWithinMs = 30_000;

export async function within<T>(
  assertion: () => T | Promise<T>,
  withinMs = noticesWithinMs,
): Promise<T> {
  return eventually(assertion, { withinMs });
}

export async function findBusyWorker(
  deployment: Deployment,
  random: SeededRandom,
): Promise<Member> {
  const first = random.pick(deployment.members('worker'));
  const others = deployment.members('worker').filter((member) => member !== first);
  return within(async () => {
    for (const member of [first, ...others]) {
      if ((await listOpenJobs(deployment.services.db, member.name)).length > 0) return member;
    }
    throw new Error('No worker runs a job.');
  });
}

export async function untilTakenOver({ services }: Deployment, { name }: Member): Promise<void> {
  await within(async () => expect(await listOpenJobs(services.db, name)).toEqual([]));
}

/** Waits until every API reads rows, and is ready. */
export async function untilApisServe(deployment: Deployment, withinMs?: number): Promise<void> {
  for (const { url } of deployment.members('api')) {
    await within(async () => {
      const answer = await post(url, '{ jobs(first: 1) { edges { node { id } } } }', {});
      expect(answer?.errors).toBeUndefined();
      expect(answer?.data).toBeDefined();
      expect(await readReadiness(url)).toBe(200);
    }, withinMs);
  }
}

/** Reads the status of `/readyz`. */
export async function readReadiness(apiUrl: string): Promise<number> {
  const response = await fetch(`${apiUrl}/readyz`);
  await response.body?.cancel();
  return response.status;
}
