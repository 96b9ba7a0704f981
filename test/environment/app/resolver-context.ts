import { Registry } from 'prom-client';
import type { ResolverContext } from '../../../src/graphql/context.ts';
import { startResolverContext } from '../../../src/graphql/resolver-context.ts';
import { createPositionRequests } from '../../../src/live/position-requests.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import type { Logger } from '../../../src/platform/logger.ts';
import { createMetrics } from '../../../src/metrics/metrics.ts';
import { createEmitter } from '../../../src/platform/emitter.ts';
import type { EngineEvents } from '../../../src/jobs/engine-events.ts';
import { publishJobs } from '../../../src/pubsub/publish.ts';
import type { Broker } from '../../../src/pubsub/broker.ts';
import { readConfig } from '../../../src/config/config.ts';
import type { Database } from '../../../src/db/tables.ts';
import { createLimits } from '../../../src/access/limits/limits.ts';
import type { Limits } from '../../../src/access/limits/limits.ts';
import { createMediaPolicy } from '../../../src/model-service/media-path.ts';
import { createQueues } from '../../../src/queue/queues.ts';
import type { SharedStack } from './open-stack.ts';

export interface TestContextOptions {
  /** Replaces the stack's own. */
  broker?: Broker;
  staleAfterMs?: number;
  logger?: Logger;
  isLeading?: () => boolean;
}

/** What resolvers use, on a stack without an app: no limits, and no tickets. */
export function startTestContext(
  { db, broker, transport }: SharedStack,
  options: TestContextOptions = {},
): ResolverContext & AsyncDisposable {
  const logger = options.logger ?? createLogger('silent', false);
  const types = jobDefinitions.map(({ type }) => type);
  const events = createEmitter<EngineEvents>(logger);
  const queues = createQueues(db, transport, jobDefinitions, logger);
  const services = startResolverContext({
    db,
    clock: { now: Date.now },
    broker,
    publish: (jobs, changedAt) => publishJobs(options.broker ?? broker, jobs, changedAt),
    isLeading: () => true,
    positionRequests: createPositionRequests(options.broker ?? broker),
    queues,
    tracing: null,
    limits: createNoLimits(db, logger),
    mediaPolicy: createMediaPolicy({ root: 'samples', allowedHosts: null }),
    issueTicket: async () => {
      throw new Error('tickets are not issued without an app');
    },
    revokeTickets: async () => {
      throw new Error('tickets are not revoked without an app');
    },
    examine: async () => {
      throw new Error('nothing is examined without an app');
    },
    events,
    metrics: createMetrics(new Registry(), types, events),
    settings: (type) => ({
      ...jobDefinitions.find((definition) => definition.type === type)!.defaults,
      perOwner: null,
    }),
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

function createNoLimits(db: Database, logger: Logger): Limits {
  const { limits: config, graphql } = readConfig({}, jobDefinitions);
  const { maxQueryCost } = graphql;
  const counting = { redis: null, prefix: '', onRefused: () => {} };
  return createLimits({ config, maxQueryCost, db, logger, ...counting });
}
