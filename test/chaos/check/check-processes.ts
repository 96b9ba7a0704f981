import { z } from 'zod';
import type { FaultName, FaultRecord, ProcessRecord, RunRecord, Violation } from '../record.ts';

const lineSchema = z.object({
  level: z.number(),
  time: z.number(),
  msg: z.string(),
  err: z.looseObject({ message: z.string().optional() }).optional(),
});
type LogLine = z.output<typeof lineSchema>;

const levels = { error: 50, fatal: 60 };

const awayRedis: FaultName[] = ['restart-redis', 'pause-redis', 'demoted-redis', 'redis-behind'];
const awayPostgres: FaultName[] = ['restart-postgres', 'read-only-postgres', 'silent-postgres'];

/** What may be logged as an error, and during which faults: the loss of what the line is about. */
const allowedErrors: { msg: RegExp; faults: readonly FaultName[] }[] = [
  {
    msg: /^reading events failed$/,
    faults: [...awayRedis, 'flush-redis', 'flush-canceled', ...awayPostgres],
  },
  {
    msg: /^applying events failed$/,
    faults: [...awayRedis, ...awayPostgres],
  },
  // Yoga's own line on a request that found no database.
  {
    msg: /^(Connection terminated|connect ECONN|read ECONN|the database system is )/,
    faults: [...awayPostgres],
  },
];

/** A job's end, whatever it is: whether it may have failed, its row and its attempts say. */
const jobEnd = /^job failed$/;

/** Reconnects are spread: a line about a fault may come that much after it. */
const afterglowMs = 5_000;

/** What is not JSON, but is printed all the same: a role says where it serves. */
const announcement = /^fovea-jobs \S+ (at \S+|is running)$/;

/** I7: nobody died who was not killed, and nothing was logged that nobody can explain. */
export function checkProcesses({ processes, faults }: RunRecord): Violation[] {
  return processes.flatMap((process) => [
    ...checkEnd(process),
    ...checkResources(process),
    ...(process.isInVain ? checkLastWord(process) : checkLog(process, faults)),
  ]);
}

function checkLog({ name, output, clockOffsetMs }: ProcessRecord, faults: readonly FaultRecord[]) {
  return output
    .split('\n')
    .flatMap((line) => checkLine(line.trim(), faults, clockOffsetMs))
    .map((detail): Violation => ({ rule: 'log is explained', subject: name, detail }));
}

/** A start that cannot succeed says why in one line for a person; what it logged before is for programs. */
function checkLastWord({ name, output }: ProcessRecord): Violation[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !parseLine(line));
  if (lines.length === 1) return [];
  return [{ rule: 'a failed start says why in one line', subject: name, detail: lines.join('\n') }];
}

/** A pool opens connections as it needs them, up to its size; so does the log and the rest. */
const descriptorGrowth = 16;

/** What clients took is back once they have left. */
function checkResources({ name, before, after }: ProcessRecord): Violation[] {
  if (!before || !after) return [];
  const say = (what: keyof typeof after): Violation => ({
    rule: `${what} are given back`,
    subject: name,
    detail: `${before[what]} at first, ${after[what]} at last`,
  });
  return [
    ...(after.descriptors > before.descriptors + descriptorGrowth ? [say('descriptors')] : []),
    ...(after.places > before.places ? [say('places')] : []),
  ];
}

function checkEnd({ name, end, sent, isInVain }: ProcessRecord): Violation[] {
  if (end === undefined) return [];
  // One that is told to end does so in order.
  const told = sent === 'SIGTERM' ? 0 : sent;
  if (end === (isInVain ? 1 : told)) return [];
  const detail = `ended with ${end}, was sent ${sent ?? 'nothing'}`;
  return [{ rule: 'no process dies by itself', subject: name, detail }];
}

function checkLine(text: string, faults: readonly FaultRecord[], clockOffsetMs: number): string[] {
  if (text === '' || announcement.test(text)) return [];
  const line = parseLine(text);
  // A killed process may leave half a line; whoever is not killed writes whole ones.
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
      allowed.faults.includes(name) && startedAt <= time && time <= endedAt + afterglowMs,
  );
}

function parseLine(text: string): LogLine | undefined {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return undefined; // which is a finding by itself
  }
}
