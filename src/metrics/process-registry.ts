import { collectDefaultMetrics, Registry } from 'prom-client';

/** Gauges that are named as counters, which promtool rejects. */
const misnamed = ['nodejs_active_handles', 'nodejs_active_requests', 'nodejs_active_resources'];

/** A registry with prom-client's metrics of the process: memory, CPU, event loop lag. Create one per process. */
export function createProcessRegistry(): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register });
  for (const name of misnamed) register.removeSingleMetric(`${name}_total`);
  return register;
}
