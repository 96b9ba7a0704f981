import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createBatcher } from './platform/batcher.ts';
import { createFaultLog } from './platform/fault-log.ts';
import { jobDefinitions } from './subjects/index.ts';
import { hasUnappliedEnd } from './jobs/attempts/run-status.ts';
import { listEndpoints } from './jobs/define-job.ts';
import { createModelService } from './model-service/client.ts';
import { logChannel } from './pubsub/channels.ts';
import { createPaceReader } from './queue/pace.ts';
import { startPresence } from './queue/worker/presence.ts';
import { startRunningJobs } from './queue/worker/running-jobs.ts';
import { startWorker } from './queue/worker/worker.ts';
import type { AppContext } from './app-context.ts';
import { createRedactor } from './platform/redaction.ts';

/** Time for jobs that were running to the end of the grace period to go back to their queues. */
const handBackMs = 5_000;
/** Time for the rows to have what the last jobs reported, so that clients of this process see these end. */
const lastReportsMs = 2_000;
const lastReportsPollMs = 20;

/** Takes jobs from the queues, until disposed. */
export async function startWorkers(parts: AppContext): Promise<void> {
  const { config, logger, db, broker, transport, events, metrics, disposables } = parts;
  const url = config.modelServiceUrl;
  const access = url === null ? await startBaselineModel(parts) : { url, ...config.modelService };
  metrics.beginEndpoints(listEndpoints(jobDefinitions).map(({ name }) => name));
  const modelService = disposables.use(
    'model service client',
    createModelService({
      ...access,
      // Of all that is secret, it is told the token alone.
      redact: createRedactor(access.token === null ? [] : [access.token]),
      mediaPolicy: parts.mediaPolicy,
      timeoutMs: config.modelTimeoutMs,
      onCall: (endpoint, outcome, seconds) =>
        events.emit('modelServiceCalled', { endpoint, outcome, seconds }),
    }),
  );
  const runningJobs = disposables.use(
    'running jobs',
    await startRunningJobs({ db, broker, logger }),
  );
  // However many jobs wait for it, it is asked once at a time.
  const pingDatabase = createBatcher(async (asking: undefined[]) => {
    await parts.pingDatabase();
    return asking;
  });
  const faults = createFaultLog({ logger, message: 'log lines not announced' });
  const announceLogs = (jobId: string, sequence: number) => {
    broker
      .publish([logChannel(jobId)], sequence)
      .then(faults.clear, (error: unknown) => faults.report(error, { jobId }));
  };
  const wanted = jobDefinitions.filter(({ type }) => config.workerTypes.includes(type));
  const { shutdownGraceMs } = config;
  const presence = startPresence(db, config.workerName, logger);
  disposables.use('worker presence', presence);
  const findPace = createPaceReader(db);
  const starting = wanted.map((definition) =>
    startWorker({
      db,
      transport,
      presence,
      definition,
      modelService,
      pingDatabase: () => pingDatabase(undefined),
      runningJobs,
      findPace,
      announceLogs,
      logger,
      events,
      telemetry: parts.tracing?.telemetry ?? null,
      workerName: config.workerName,
      settings: config.jobSettings[definition.type]!,
      shutdownGraceMs,
      lockDurationMs: config.lockDurationMs,
    }),
  );
  const started = await Promise.allSettled(starting);
  const workers = started.flatMap((it) => (it.status === 'fulfilled' ? it.value : []));
  // Together, so that they share one grace period.
  const endAll = async () => {
    const ended = await Promise.allSettled(workers.map((it) => it[Symbol.asyncDispose]()));
    for (const it of ended) if (it.status === 'rejected') throw it.reason;
  };
  disposables.defer(
    'last reports',
    async () => {
      const endsAt = performance.now() + lastReportsMs;
      while (performance.now() < endsAt && (await hasUnappliedEnd(db, config.workerName))) {
        await delay(lastReportsPollMs);
      }
    },
    lastReportsMs,
  );
  disposables.defer('workers', endAll, shutdownGraceMs + handBackMs);
  // Only now: one that fails must not leave behind those that began after it.
  await Promise.all(starting);
}

/** Starts the baseline model, which answers nobody but this process. */
async function startBaselineModel({ config, logger, disposables }: AppContext) {
  const baselineModel = await import('./stack/baseline-model.ts');
  const token = randomBytes(32).toString('base64url');
  const options = { ...config.baselineModel, host: '127.0.0.1', port: 0, token, logger };
  const service = disposables.use('model service', await baselineModel.startBaselineModel(options));
  logger.info({ url: service.url }, 'baseline model started');
  return { url: service.url, token };
}
