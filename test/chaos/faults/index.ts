import { pipelineRequests, refuseUpgrades, stallReaders, startWrongly } from './client-faults.ts';
import { skewApi, skewWorker } from './clock-faults.ts';
import type { Fault } from './fault.ts';
import { failOverPostgres, restartPostgres, silencePostgres } from './postgres-faults.ts';
import {
  flushCanceled,
  killApi,
  killLeaseHolder,
  killWorker,
  pauseWorker,
  terminateWorker,
} from './process-faults.ts';
import {
  failOverRedis,
  flushRedis,
  pauseRedis,
  restartRedis,
  restartRedisBehind,
} from './redis-faults.ts';

/** Every fault there is. A new one is a function in a file of this folder, and its name here. */
export const faults = {
  killWorker,
  killApi,
  killLeaseHolder,
  terminateWorker,
  pauseWorker,
  restartRedis,
  flushRedis,
  flushCanceled,
  pauseRedis,
  failOverRedis,
  restartRedisBehind,
  restartPostgres,
  failOverPostgres,
  silencePostgres,
  skewWorker,
  skewApi,
  stallReaders,
  pipelineRequests,
  refuseUpgrades,
  startWrongly,
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;
export const faultNames = Object.keys(faults) as FaultName[];
