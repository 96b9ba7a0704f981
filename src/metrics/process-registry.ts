import { collectDefaultMetrics, Registry } from 'prom-client';

/** Named as counters, and none: Prometheus' own check refuses them. */
const misnamed = ['nodejs_active_handles', 'nodejs_active_requests', 'nodejs_active_resources'];

/** A registry with what prom-client knows of a Node process: memory, CPU, event loop lag. For the life of the process. */
export function createProcessRegistry(): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register });
  for (const name of misnamed) register.removeSingleMetric(`${name}_total`);
  return register;
}
