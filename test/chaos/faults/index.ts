import type { FaultName } from '../record.ts';
import { pipelineRequests, refuseUpgrades, stallReaders, startInVain } from './client-faults.ts';
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
  demoteRedis,
  flushRedis,
  pauseRedis,
  restartRedis,
  restartRedisBehind,
} from './redis-faults.ts';

/** Every fault there is; a new one is a function beside these, a line here, and its name in `record.ts`. */
export const faults: Record<FaultName, Fault> = {
  'kill-worker': killWorker,
  'kill-api': killApi,
  'kill-lease-holder': killLeaseHolder,
  'terminate-worker': terminateWorker,
  'zombie-worker': pauseWorker,
  'restart-redis': restartRedis,
  'flush-redis': flushRedis,
  'flush-canceled': flushCanceled,
  'pause-redis': pauseRedis,
  'demoted-redis': demoteRedis,
  'redis-behind': restartRedisBehind,
  'restart-postgres': restartPostgres,
  'read-only-postgres': failOverPostgres,
  'silent-postgres': silencePostgres,
  'skewed-worker': skewWorker,
  'skewed-api': skewApi,
  'stalled-readers': stallReaders,
  'pipelined-requests': pipelineRequests,
  'refused-upgrades': refuseUpgrades,
  'start-in-vain': startInVain,
};
