import { createJoined } from './db/joined.ts';
import { createFaultLog } from './fault-log.ts';
import { jobDefinitions } from './jobs/index.ts';
import { createModelService, endpointNames } from './model-service/client.ts';
import { createMediaPolicy } from './model-service/media-path.ts';
import { logChannel } from './pubsub/broker.ts';
import { startRunningJobs } from './queue/running-jobs.ts';
import { startWorker } from './queue/worker.ts';
import type { Parts } from './parts.ts';

/** Time for jobs that were running to the end of the grace period to go back to their queues. */
const handBackMs = 5_000;

/** Takes jobs from the queues, until disposed. */
export async function startWorkers(parts: Parts): Promise<void> {
  const { config, logger, db, broker, transport, metrics, disposables } = parts;
  const url = config.modelServiceUrl ?? (await startBuiltIn(parts));
  metrics.endpointsKnown(endpointNames);
  const modelService = disposables.use(
    'model service client',
    createModelService({
      url,
      ...config.modelService,
      mediaPolicy: createMediaPolicy(config.media),
      timeoutMs: config.modelTimeoutMs,
      onCall: metrics.modelCalled,
    }),
  );
  const runningJobs = disposables.use(
    'running jobs',
    await startRunningJobs({ db, broker, logger }),
  );
  // However many jobs wait for it, it is asked once at a time.
  const pingDatabase = createJoined(async (asking: undefined[]) => {
    await parts.pingDatabase();
    return asking;
  });
  const faults = createFaultLog({ logger, message: 'log lines not announced' });
  const announceLogs = (jobId: string, sequence: number) => {
    broker
      .publish(logChannel(jobId), sequence)
      .then(faults.clear, (error: unknown) => faults.report(error, { jobId }));
  };
  const wanted = jobDefinitions.filter(({ type }) => config.workerTypes.includes(type));
  const { shutdownGraceMs } = config;
  const starting = wanted.map((definition) =>
    startWorker({
      db,
      transport,
      definition,
      modelService,
      pingDatabase: () => pingDatabase(undefined),
      runningJobs,
      announceLogs,
      logger,
      metrics,
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
  disposables.defer('workers', endAll, shutdownGraceMs + handBackMs);
  // Only now: one that fails must not leave behind those that began after it.
  await Promise.all(starting);
}

async function startBuiltIn({ config, logger, disposables }: Parts): Promise<string> {
  // Its language model is large, and only the embedded stack wants it.
  const { startBuiltInModelService } = await import('./model-service/built-in/server.ts');
  const options = { ...config.builtInModelService, host: '127.0.0.1', port: 0, logger };
  const service = disposables.use('model service', await startBuiltInModelService(options));
  logger.info({ url: service.url }, 'built-in model service started');
  return service.url;
}
