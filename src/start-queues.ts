import type { AppContext } from './app-context.ts';
import { createPositionRequests } from './live/position-requests.ts';
import type { PositionRequests } from './live/position-requests.ts';
import { createPublish } from './pubsub/publish.ts';
import type { Publish } from './pubsub/publish.ts';
import { startBatchRefresher } from './queue/batch-refresher.ts';
import { startLeadership } from './queue/leader/leadership.ts';
import type { Leadership } from './queue/leader/leadership.ts';
import { createQueues } from './queue/queues.ts';
import type { Queues } from './queue/queues.ts';
import { startLeading } from './start-leading.ts';
import { jobDefinitions } from './subjects/index.ts';

export interface StartedQueues {
  queues: Queues;
  publish: Publish;
  leadership: Pick<Leadership, 'isLeading'>;
  positionRequests: PositionRequests;
}

/** Opens the queues, and sees that one process of all keeps rows and queues together, until disposed. */
export async function startQueues(context: AppContext): Promise<StartedQueues> {
  const { config, logger, db, transport, events, disposables } = context;
  const queues = disposables.use(
    'queues',
    createQueues(db, transport, jobDefinitions, logger, {
      settings: (type) => config.jobSettings[type]!,
      ownerWeights: config.ownerWeights,
    }),
  );
  const publish = createPublish(context.broker, events);
  const positionRequests = createPositionRequests(context.broker);
  const leadership = disposables.use(
    'leadership',
    await startLeadership({
      db,
      openSession: context.openLeaderSession,
      holder: config.workerName,
      logger,
      events,
      lead: (isLeading) => startLeading(context, { queues, publish, positionRequests, isLeading }),
    }),
  );
  const { isLeading } = leadership;
  disposables.use(
    'batches',
    startBatchRefresher({ db, broker: context.broker, events, isLeading, logger }),
  );
  return { queues, publish, leadership, positionRequests };
}
