import type { AppContext } from './app-context.ts';
import type { PositionRequests } from './live/position-requests.ts';
import { createDisposables } from './platform/disposables.ts';
import type { Disposables } from './platform/disposables.ts';
import type { Publish } from './pubsub/publish.ts';
import { startEventBridge } from './queue/bridge/event-bridge.ts';
import type { EventBridgeOptions } from './queue/bridge/event-bridge.ts';
import { startDispatcher } from './queue/dispatcher.ts';
import type { Queues } from './queue/queues.ts';
import { startPromises } from './queue/estimates/make-promises.ts';
import { startReconciler } from './queue/reconciler.ts';
import { startRetention } from './queue/retention.ts';
import { jobDefinitions } from './subjects/index.ts';

export interface LeadingOptions {
  queues: Queues;
  publish: Publish;
  positionRequests: PositionRequests;
  /** Whether this process still leads. */
  isLeading: () => boolean;
}

/** Starts the tasks of the leader, until disposed: it dispatches due jobs to their queues, and writes queue events to the rows. */
export async function startLeading(
  context: AppContext,
  { queues, publish, positionRequests, isLeading: mayRun }: LeadingOptions,
): Promise<AsyncDisposable> {
  const { config, logger, db, transport, events } = context;
  await using disposables = createDisposables(logger);
  const dispatcher = disposables.use(
    'dispatcher',
    startDispatcher({ db, queues, logger, publish, mayRun }),
  );
  const reconciler = disposables.use(
    'reconciler',
    startReconciler({
      db,
      queues,
      definitions: jobDefinitions,
      intervalMs: config.reconcileIntervalMs,
      mayRun,
      logger,
      events,
      publish,
    }),
  );
  const settings = (type: string) => config.jobSettings[type]!;
  const types = jobDefinitions.map(({ type }) => type);
  const promises = disposables.use(
    'estimate promises',
    startPromises({ db, types, settings, mayRun, logger }),
  );
  await startBridges(context, disposables, {
    publish: (jobs, changedAt) => {
      promises.lookSoon();
      return publish(jobs, changedAt);
    },
    mayRun,
    onEnd: dispatcher.wake,
    onRoom: queues.dispatch,
    onRestart: reconciler.recover,
    onPause: queues.adoptPause,
  });
  disposables.use('recovery', { [Symbol.dispose]: transport.onLoss(reconciler.recover) });
  disposables.use('position requests', await positionRequests.listen());
  if (config.retention) {
    const onDeleted = (type: string, jobs: number) => events.emit('jobsDeleted', { type, jobs });
    const results = jobDefinitions.map(({ result }) => result);
    const retention = { db, results, logger, onDeleted, mayRun };
    disposables.use('retention', startRetention({ ...retention, ...config.retention }));
  }
  return disposables.move();
}

interface BridgeListeners extends Pick<
  EventBridgeOptions,
  'publish' | 'mayRun' | 'onEnd' | 'onRestart'
> {
  onPause: Queues['adoptPause'];
  onRoom: Queues['dispatch'];
}

/** Starts one bridge for each queue. They start and end concurrently, so that they share one shutdown timeout. */
async function startBridges(
  { logger, db, transport, events }: AppContext,
  disposables: Disposables,
  { onPause, onRoom, ...listeners }: BridgeListeners,
): Promise<void> {
  const bridges: AsyncDisposable[] = [];
  disposables.use('event bridges', {
    async [Symbol.asyncDispose]() {
      await Promise.all(bridges.map((bridge) => bridge[Symbol.asyncDispose]()));
    },
  });
  const starting = jobDefinitions.map(async (definition) => {
    const onPaused = (paused: boolean) => onPause(definition.type, paused);
    const options = { db, transport, definition, logger, engineEvents: events, ...listeners };
    const onFreed = () => void onRoom(definition.type);
    bridges.push(await startEventBridge({ ...options, onPause: onPaused, onRoom: onFreed }));
  });
  // If one fails, all others must have started before they can be disposed.
  await Promise.allSettled(starting);
  await Promise.all(starting);
}
