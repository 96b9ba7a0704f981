import { Registry } from 'prom-client';
import { openStack } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
import { createDatabase } from '../../src/db/database.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';
import { videoSummarization } from '../../src/subjects/summary/job.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { createEmitter } from '../../src/platform/emitter.ts';
import type { EngineEvents } from '../../src/jobs/engine-events.ts';
import { createModelService } from '../../src/model-service/client.ts';
import { createPaceReader } from '../../src/queue/pace.ts';
import { startPresence } from '../../src/queue/worker/presence.ts';
import { startRunningJobs } from '../../src/queue/worker/running-jobs.ts';
import { startWorker } from '../../src/queue/worker/worker.ts';
import type { JobDefinition } from '../../src/jobs/define-job.ts';
import { serveCommands } from '../command-process.ts';
import { createJobDriver } from '../job-driver.ts';

// The worker of src, with everything that it does for a job except for the call of a model service: the bench drives that.

const driver = createJobDriver();
const definition: JobDefinition = {
  ...videoSummarization,
  checkInput: async () => undefined,
  process: ({ jobId, report }) => driver.run(jobId, report),
};

const config = readConfig(process.env, jobDefinitions);
const logger = createLogger(config.logLevel, false);
const stack = await openStack(config, logger);
const db = createDatabase(stack.pool);
const events = createEmitter<EngineEvents>(logger);
// Listening to events is part of what is measured.
createMetrics(new Registry(), [definition.type], events);
await startWorker({
  findPace: createPaceReader(db),
  db,
  transport: stack.transport,
  presence: startPresence(db, config.workerName, logger),
  pingDatabase: stack.pings.postgres,
  definition,
  modelService: createModelService({
    url: config.modelServiceUrl ?? '',
    timeoutMs: config.modelTimeoutMs,
  }),
  runningJobs: await startRunningJobs({ db, broker: stack.broker, logger }),
  announceLogs: () => undefined, // these jobs log nothing
  logger,
  telemetry: null,
  events,
  workerName: config.workerName,
  settings: config.jobSettings[definition.type]!,
  shutdownGraceMs: config.shutdownGraceMs,
  lockDurationMs: config.lockDurationMs,
});
serveCommands(driver.commands);
