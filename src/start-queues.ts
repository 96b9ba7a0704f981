import type { AppContext } from './app-context.ts';
import { jobDefinitions } from './subjects/index.ts';
import { createPublish } from './pubsub/publish.ts';
import type { Publish } from './pubsub/publish.ts';
import { startEventBridge } from './queue/bridge/event-bridge.ts';
import type { EventBridgeOptions } from './queue/bridge/event-bridge.ts';
import { startDispatcher } from './queue/dispatcher.ts';
import { createQueues } from './queue/queues.ts';
import type { Queues } from './queue/queues.ts';
import { startReconciler } from './queue/reconciler.ts';
import { startRetention } from './queue/retention.ts';

export interface StartedQueues {
  queues: Queues;
  publish: Publish;
}

/** Keeps rows and queues together, until disposed: due jobs go to their queues, and what queues say goes into the rows. */
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
  const dispatcher = disposables.use(
    'dispatcher',
    startDispatcher({ db, queues, logger, publish }),
  );
  const reconciler = disposables.use(
    'reconciler',
    startReconciler({
      db,
      queues,
      definitions: jobDefinitions,
      intervalMs: config.reconcileIntervalMs,
      holder: config.workerName,
      logger,
      events,
      publish,
    }),
  );
  await startBridges(context, {
    publish,
    onEnd: dispatcher.wake,
    onRoom: queues.dispatch,
    onRestart: reconciler.recover,
    onPause: queues.adoptPause,
  });
  disposables.use('recovery', { [Symbol.dispose]: transport.onLoss(reconciler.recover) });
  if (config.retention) {
    const onDeleted = (type: string, jobs: number) => events.emit('jobsDeleted', { type, jobs });
    const results = jobDefinitions.map(({ result }) => result);
    const retention = { db, results, logger, onDeleted, holder: config.workerName };
    disposables.use('retention', startRetention({ ...retention, ...config.retention }));
  }
  return { queues, publish };
}

interface BridgeListeners extends Pick<EventBridgeOptions, 'publish' | 'onEnd' | 'onRestart'> {
  onPause: Queues['adoptPause'];
  onRoom: Queues['dispatch'];
}

/** One bridge for each queue. They end together, so that they share the time of one part. */
async function startBridges(
  { logger, db, transport, events, disposables }: AppContext,
  { onPause, onRoom, ...listeners }: BridgeListeners,
): Promise<void> {
  const bridges: AsyncDisposable[] = [];
  disposables.use('event bridges', {
    async [Symbol.asyncDispose]() {
      await Promise.all(bridges.map((bridge) => bridge[Symbol.asyncDispose]()));
    },
  });
  for (const definition of jobDefinitions) {
    bridges.push(
      await startEventBridge({
        db,
        transport,
        definition,
        logger,
        engineEvents: events,
        ...listeners,
        onRoom: () => void onRoom(definition.type),
        onPause: (paused) => onPause(definition.type, paused),
      }),
    );
  }
}
