import { expect } from 'vitest';
import { eventually } from '../../environment/eventually.ts';
import { createSeededRandom } from '../../environment/seeded-random.ts';
import { faults } from '../faults/index.ts';
import { hash } from '../system/model.ts';
import type { FaultName } from '../record.ts';
import { settle } from '../run.ts';
import type { Run } from '../run.ts';
import { prepareWork, withTimes } from '../load/work.ts';

export interface BreakOptions {
  /** A round each, in this order. */
  rounds: readonly FaultName[];
  /** Pieces of work that a round submits; an analysis is three jobs. */
  worksPerRound: number;
  /** How long a service stays away. */
  awayMs: number;
}

/** Some of a round's work is submitted before its fault, some during, some after. */
const pace = { spreadMs: 3_000, oneInCanceled: 8 };
/** Model calls of a round before its fault comes: then it is under way. */
const callsBeforeFault = 3;

/** Applies faults under load, one a round, each when the system has got over the one before; those that it did not. */
export async function breakUnderLoad(run: Run, options: BreakOptions): Promise<FaultName[]> {
  const { rounds, worksPerRound, awayMs } = options;
  const unsettled: FaultName[] = [];
  for (const [index, name] of rounds.entries()) {
    const db = run.deployment.services.db;
    const works = await prepareWork(db, `round-${index}`, worksPerRound);
    run.load.begin(works.map(withTimes), pace);
    await applyFault(run, name, index, awayMs);
    if (!(await settle(run, name))) unsettled.push(name);
    run.faults.at(-1)!.endedAt = Date.now();
  }
  return unsettled;
}

async function applyFault(
  { deployment, model, faults: records, seed, report }: Run,
  name: FaultName,
  index: number,
  awayMs: number,
): Promise<void> {
  const callsBefore = model.records.length;
  await eventually(() =>
    expect(model.records.length).toBeGreaterThanOrEqual(callsBefore + callsBeforeFault),
  );
  const random = createSeededRandom(hash(`${seed} ${name} ${index}`));
  const startedAt = Date.now();
  records.push({ name, startedAt, endedAt: Infinity });
  await faults[name]({ deployment, random, awayMs });
  report(`${name}: noticed and whole after ${Date.now() - startedAt} ms`);
}
