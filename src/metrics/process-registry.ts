import { collectDefaultMetrics, Registry } from 'prom-client';

/** Gauges that are named as counters, which promtool rejects. */
const misnamed = ['nodejs_active_handles', 'nodejs_active_requests', 'nodejs_active_resources'];

/**
 * How often the event loop's lag is looked at, which is also the least that its metrics show; at the library's 10 ms, it is the
 * better part of what an idle process costs.
 */
const lagResolutionMs = 50;

/** A registry with prom-client's metrics of the process: memory, CPU, event loop lag. Create one per process. */
export function createProcessRegistry(): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: lagResolutionMs });
  for (const name of misnamed) register.removeSingleMetric(`${name}_total`);
  return register;
}
