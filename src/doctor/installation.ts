import type { Clock } from '../db/clock.ts';
import { compareMigrations } from '../db/migrate.ts';
import { TimeoutError, withTimeout } from '../platform/timeout.ts';
import type { Logger } from '../platform/logger.ts';
import { checkConfiguration } from './configuration.ts';
import { checkJobs, examineServices } from './external.ts';
import { warning } from './finding.ts';
import type { Finding } from './finding.ts';
import { checkModelService } from './model-service.ts';
import { judgeMigrations } from './postgres.ts';
import type { QueueOptions } from './queues.ts';
import { adviseRetry, runCheck } from './run-check.ts';

/** Findings that old are good enough. */
const findingsAgeMs = 10_000;
/** Each check has a limit of its own; a server that is silent takes up several of them. */
const examinationDeadlineMs = 20_000;
/** A server that stops waits so long for the connections of an examination to be closed. */
const closeWithinMs = 2_000;

export interface Installation {
  checkedAt: Date;
  findings: readonly Finding[];
}

export interface Inspector extends AsyncDisposable {
  /** What the doctor finds now; up to ten seconds old. However many ask, one examination runs at a time. */
  examine: () => Promise<Installation>;
}

export interface InspectorOptions extends QueueOptions {
  clock: Clock;
  logger: Logger;
  /** Replaced by tests. */
  run?: () => Promise<Finding[]>;
  deadlineMs?: number;
}

/** The doctor inside a running server. On the external stack, it opens connections of its own, as another process would. */
export function createInspector({
  clock,
  deadlineMs = examinationDeadlineMs,
  ...options
}: InspectorOptions): Inspector {
  const run = options.run ?? (() => runChecks(options));
  let running: Promise<Finding[]> | undefined;
  let latest: { installation: Installation; at: number } | undefined;

  async function finish(examination: Promise<Finding[]>): Promise<Installation> {
    const findings = await withTimeout(examination, deadlineMs).catch(explainDelay);
    const installation = { checkedAt: new Date(clock.now()), findings };
    latest = { installation, at: performance.now() };
    return installation;
  }

  return {
    examine: async () => {
      if (latest && performance.now() - latest.at < findingsAgeMs) return latest.installation;
      running ??= run().finally(() => {
        running = undefined;
      });
      return finish(running);
    },
    async [Symbol.asyncDispose]() {
      // Whoever asked has been told why it failed.
      if (running) await withTimeout(running, closeWithinMs).catch(() => undefined);
    },
  };
}

function explainDelay(error: unknown): Finding[] {
  if (!(error instanceof TimeoutError)) throw error;
  const seen = `the checks are not done: ${error.message}`;
  return [warning('doctor', seen, 'Run `node src/main.ts doctor`, which waits for longer.')];
}

async function runChecks(options: QueueOptions & { logger: Logger }): Promise<Finding[]> {
  const { config, definitions } = options;
  const { stack } = config;
  const findings =
    stack.kind === 'external'
      ? await examineServices(options, stack)
      : await examineEmbeddedServer(options);
  return [...checkConfiguration(config, null, definitions), ...findings];
}

/** Its database has one session, so one check follows another. Its process leads: there is no other. */
async function examineEmbeddedServer(options: QueueOptions): Promise<Finding[]> {
  const { db, config } = options;
  return [
    ...(await runCheck(
      'migrations',
      async () => judgeMigrations(await compareMigrations(db)),
      adviseRetry,
    )),
    ...(await checkModelService(config)),
    ...(await checkJobs(options)),
  ];
}
