import { expect } from 'vitest';
import { eventually } from '../../environment/eventually.ts';
import { createSeededRandom } from '../../environment/seeded-random.ts';
import { faults } from '../faults/index.ts';
import type { FaultName } from '../faults/index.ts';
import { hash } from '../system/model.ts';
import { settle } from '../run.ts';
import type { Run } from '../run.ts';
import { prepareWork, withTimes } from '../load/work.ts';

export interface FaultRounds {
  /** The fault of each round. */
  rounds: readonly FaultName[];
  /** Pieces of work submitted in a round; an analysis is three jobs. */
  worksPerRound: number;
  /** How long a service stays away. */
  awayMs: number;
}

/** Long enough that some of a round's work is submitted before its fault, some during it and some after it. */
const pace = { spreadMs: 3_000, oneInCanceled: 8 };
/** Model calls before the fault of a round, so that the round is under way. */
const callsBeforeFault = 3;

/** Applies one fault after the other, each under load. Returns those from which the system has not recovered. */
export async function applyFaultsUnderLoad(run: Run, options: FaultRounds): Promise<FaultName[]> {
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
  report(`${name}: noticed and recovered after ${Date.now() - startedAt} ms`);
}
