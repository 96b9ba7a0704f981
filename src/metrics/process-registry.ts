import { collectDefaultMetrics, Registry } from 'prom-client';
import { watchEventLoopLag } from './event-loop-lag.ts';

/** Gauges that are named as counters, which promtool rejects. */
const misnamed = ['nodejs_active_handles', 'nodejs_active_requests', 'nodejs_active_resources'];

/** prom-client's own monitor of the event loop would wake the process as often as it looks, so it never does. */
const neverMs = 2 ** 31 - 1;

/** A registry with prom-client's metrics of the process: memory, CPU, event loop lag. Create one per process. */
export function createProcessRegistry(): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: neverMs });
  watchEventLoopLag(register);
  for (const name of misnamed) register.removeSingleMetric(`${name}_total`);
  return register;
}
