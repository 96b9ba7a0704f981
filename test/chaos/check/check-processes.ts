import { z } from 'zod';
import type { FaultName } from '../faults/index.ts';
import type { FaultRecord, ProcessRecord, RunRecord, Violation } from '../record.ts';

const lineSchema = z.object({
  level: z.number(),
  time: z.number(),
  msg: z.string(),
  err: z.looseObject({ message: z.string().optional() }).optional(),
});
type LogLine = z.output<typeof lineSchema>;

const levels = { error: 50, fatal: 60 };

const ofRedis: FaultName[] = ['restartRedis', 'pauseRedis', 'failOverRedis', 'restartRedisBehind'];
const ofPostgres: FaultName[] = ['restartPostgres', 'failOverPostgres', 'silencePostgres'];

/** Errors that may be logged, and the faults during which they may. */
const allowedErrors: { msg: RegExp; faults: readonly string[] }[] = [
  {
    msg: /^reading events failed$/,
    faults: [...ofRedis, 'flushRedis', 'flushCanceled', ...ofPostgres],
  },
  {
    msg: /^applying events failed$/,
    faults: [...ofRedis, ...ofPostgres],
  },
  // Yoga logs this itself, for a request without a database.
  {
    msg: /^(Connection terminated|connect ECONN|read ECONN|the database system is )/,
    faults: ofPostgres,
  },
];

/** Other checks judge whether a job may have failed. */
const jobEnd = /^job failed$/;

/** Reconnects are spread over time: a fault may cause errors for so long after its end. */
const lateErrorsMs = 5_000;

/** The one line that is not JSON: a role prints where it serves. */
const announcement = /^fovea-jobs \S+ (at \S+|is running)$/;

/** I7: no process died by itself, and every logged error is explained by a fault. */
export function checkProcesses({ processes, faults }: RunRecord): Violation[] {
  return processes.flatMap((process) => [
    ...checkEnd(process),
    ...checkResources(process),
    ...(process.mustFail ? checkLastWord(process) : checkLog(process, faults)),
  ]);
}

function checkLog({ name, output, clockOffsetMs }: ProcessRecord, faults: readonly FaultRecord[]) {
  return output
    .split('\n')
    .flatMap((line) => checkLine(line.trim(), faults, clockOffsetMs))
    .map((detail): Violation => ({ rule: 'log is explained', subject: name, detail }));
}

/** A failed start says why in one line that is not JSON. */
function checkLastWord({ name, output }: ProcessRecord): Violation[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !parseLine(line));
  if (lines.length === 1) return [];
  return [{ rule: 'a failed start says why in one line', subject: name, detail: lines.join('\n') }];
}

/** Pools open connections when they need them, so that a process may have more descriptors than at its start. */
const descriptorGrowth = 16;
/** One that has come to lead reads the events of every queue, each on a connection of its own, and holds a session. */
const leaderDescriptors = 10;

/** A process releases what its clients have used. */
function checkResources({ name, before, after }: ProcessRecord): Violation[] {
  if (!before || !after) return [];
  const say = (what: 'descriptors' | 'connections'): Violation => ({
    rule: `${what} are given back`,
    subject: name,
    detail: `${before[what]} at first, ${after[what]} at last`,
  });
  const growth = descriptorGrowth + (after.leads && !before.leads ? leaderDescriptors : 0);
  return [
    ...(after.descriptors > before.descriptors + growth ? [say('descriptors')] : []),
    ...(after.connections > before.connections ? [say('connections')] : []),
  ];
}

function checkEnd({ name, end, sent, mustFail }: ProcessRecord): Violation[] {
  if (end === undefined) return [];
  // SIGTERM lets a process exit with 0.
  const expected = sent === 'SIGTERM' ? 0 : sent;
  if (end === (mustFail ? 1 : expected)) return [];
  const detail = `ended with ${end}, was sent ${sent ?? 'nothing'}`;
  return [{ rule: 'no process dies by itself', subject: name, detail }];
}

function checkLine(text: string, faults: readonly FaultRecord[], clockOffsetMs: number): string[] {
  if (text === '' || announcement.test(text)) return [];
  const line = parseLine(text);
  // A killed process may leave an incomplete line.
  if (!line) return text.startsWith('{"level"') ? [] : [`not a log line: ${text}`];
  if (/unhandled|uncaught/i.test(text)) return [`unhandled: ${text}`];
  if (line.level < levels.error) return [];
  if (line.level < levels.fatal && isAllowed(line, faults, clockOffsetMs)) return [];
  return [`${line.level >= levels.fatal ? 'fatal' : 'error'}: ${line.msg}: ${line.err?.message}`];
}

function isAllowed(
  { msg, time: written }: LogLine,
  faults: readonly FaultRecord[],
  clockOffsetMs: number,
): boolean {
  if (jobEnd.test(msg)) return true;
  const time = written - clockOffsetMs;
  const allowed = allowedErrors.find((error) => error.msg.test(msg));
  if (!allowed) return false;
  return faults.some(
    ({ name, startedAt, endedAt }) =>
      allowed.faults.includes(name) && startedAt <= time && time <= endedAt + lateErrorsMs,
  );
}

function parseLine(text: string): LogLine | undefined {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return undefined; // the caller reports it
  }
}
