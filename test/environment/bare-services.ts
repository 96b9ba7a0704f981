import { Registry } from 'prom-client';
import type { GraphQLServices } from '../../src/graphql/context.ts';
import { startGraphQLServices } from '../../src/graphql/services.ts';
import { jobDefinitions } from '../../src/jobs/index.ts';
import { createLogger } from '../../src/logger.ts';
import type { Logger } from '../../src/logger.ts';
import { createMetrics } from '../../src/metrics.ts';
import { publishJobs } from '../../src/pubsub/broker.ts';
import type { Broker } from '../../src/pubsub/broker.ts';
import { createQueues } from '../../src/queue/queues.ts';
import type { BareStack } from './bare-stack.ts';

export interface BareServicesOptions {
  /** In the place of the stack's own. */
  broker?: Broker;
  silenceMs?: number;
  logger?: Logger;
}

/** What resolvers reach, on a bare stack. */
export function startBareServices(
  { db, broker, transport }: BareStack,
  options: BareServicesOptions = {},
): GraphQLServices & AsyncDisposable {
  const logger = options.logger ?? createLogger('silent', false);
  const types = jobDefinitions.map(({ type }) => type);
  const queues = createQueues(db, transport, jobDefinitions, logger);
  const services = startGraphQLServices({
    db,
    broker,
    publish: (jobs, changedAt) => publishJobs(options.broker ?? broker, jobs, changedAt),
    queues,
    tracing: null,
    metrics: createMetrics(new Registry(), types),
    settings: (type) => jobDefinitions.find((definition) => definition.type === type)!.defaults,
    ...options,
    logger,
  });
  return {
    ...services,
    async [Symbol.asyncDispose]() {
      await services[Symbol.asyncDispose]();
      await queues[Symbol.asyncDispose]();
    },
  };
}
