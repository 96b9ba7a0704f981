import { withTimeout } from '../../platform/timeout.ts';
import { isNewestAttempt } from '../../jobs/attempts/attempts.ts';
import type { OpenedAttempt } from '../../jobs/attempts/open-attempt.ts';
import { appendLogs, maxMessageLength } from '../../jobs/logs.ts';
import type { LogLine } from '../../jobs/logs.ts';
import { toStorable } from '../../platform/text.ts';
import { asOwner } from '../../db/viewer.ts';
import { JobFailure } from '../../errors.ts';
import type { JobContext, JobDefinition } from '../../jobs/define-job.ts';
import { createDuring } from './progress.ts';
import { assertCurrentAttempt } from './assert-current-attempt.ts';
import { createOutbox } from './outbox.ts';
import { StageClock } from './stage-clock.ts';
import { LostJobError } from './attempt-errors.ts';
import type { AttemptOptions, QueueEntry } from './attempt.ts';
import { maxStageLength } from '../transport.ts';
import type { JobReport } from '../transport.ts';

/** How often estimated progress is reported. */
const estimateTickMs = 500;
/** How long Redis may take to accept a report; then it is dropped, as the next one is newer. */
const reportDeadlineMs = 2_000;
/** Log lines of one attempt that may wait for the database. */
const maxWaitingLogs = 1_000;

/** Does the work of an opened attempt, unless an earlier attempt has saved its results already. */
export async function runProcess(
  options: AttemptOptions,
  entry: QueueEntry,
  opened: OpenedAttempt,
  signal: AbortSignal,
): Promise<void> {
  const { db, definition, modelService, findPace, logger, events } = options;
  const refuse = () => {
    events.emit('writeRefused', { type: definition.type });
    return new LostJobError();
  };
  const { job, number: attempt } = opened;
  const stages = new StageClock();
  const reports = createOutbox<JobReport>({
    capacity: 1,
    send: ([report]) =>
      stages.tell((told) =>
        withTimeout(entry.updateProgress({ ...report!, ...told }), reportDeadlineMs),
      ),
    logger,
  });
  const logs = createOutbox<LogLine>({
    capacity: maxWaitingLogs,
    send: async (lines) => {
      const last = await appendLogs(db, job.id, attempt, lines);
      if (last === undefined) throw refuse();
      options.announceLogs(job.id, last);
    },
    logger,
  });
  const report = (progress: number, name: string) => {
    const stage = toStorable(name, maxStageLength);
    stages.enter(stage);
    reports.push({ attempt, progress: Math.floor(progress), stage });
  };
  const log: JobContext<unknown>['log'] = (level, message) =>
    logs.push({ level, message: toStorable(message, maxMessageLength) });

  const viewer = asOwner(job);
  report(0, 'Starting');
  try {
    const [saved] = await definition.result.listByJob(db, viewer, [job.id]);
    // A worker died after it had saved the results, before it could report that the job is completed.
    if (saved) return log('INFO', 'The results were saved by an earlier attempt.');
    const expectedMs =
      (await findPace(job.type))?.medianDurationMs ?? definition.defaults.expectedDurationMs;
    signal.throwIfAborted();
    const during = createDuring({ report, log, signal, expectedMs, tickMs: estimateTickMs });
    await definition.process({
      jobId: job.id,
      resultId: job.resultId,
      viewer,
      attempt,
      input: parseInput(definition, job.input),
      db,
      modelService: modelService.bind(definition.endpoints),
      signal,
      report,
      log,
      during: (span, call) =>
        during(span, async (modelCall) => {
          await assertCurrentAttempt(db, job.id, attempt);
          return call(modelCall);
        }),
      save: async (write) => {
        signal.throwIfAborted();
        await db.transaction().execute(async (trx) => {
          if (!(await isNewestAttempt(trx, job.id, attempt))) throw refuse();
          await write(trx);
        });
      },
    });
  } finally {
    await Promise.all([reports.flush(), logs.flush()]);
  }
}

function parseInput(definition: JobDefinition, input: unknown) {
  const parsed = definition.input.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new JobFailure(
    'INVALID_INPUT',
    'The stored input is not valid for this job type any more. Start a new job.',
  );
}
