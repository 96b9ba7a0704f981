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

/** What may be logged as an error, and during which faults: the loss of what the line is about. */
const allowedErrors: { msg: RegExp; faults: readonly FaultName[] }[] = [
  {
    msg: /^reading events failed$/,
    faults: ['restart-redis', 'flush-redis', 'pause-redis', 'restart-postgres'],
  },
  {
    msg: /^applying events failed$/,
    faults: ['restart-redis', 'pause-redis', 'restart-postgres'],
  },
  // Yoga's own line on a request that found no database.
  {
    msg: /^(Connection terminated|connect ECONN|read ECONN|the database system is )/,
    faults: ['restart-postgres'],
  },
];

/** Reconnects are spread: a line about a fault may come that much after it. */
const afterglowMs = 5_000;

/** What is not JSON, but is printed all the same: a role says where it serves. */
const announcement = /^fovea-jobs \S+ (at \S+|is running)$/;

/** I7: nobody died who was not killed, and nothing was logged that nobody can explain. */
export function checkProcesses({ processes, faults }: RunRecord): Violation[] {
  return processes.flatMap((process) => [
    ...checkEnd(process),
    ...process.output
      .split('\n')
      .flatMap((line) => checkLine(line.trim(), faults))
      .map((detail) => ({ rule: 'log is explained', subject: process.name, detail })),
  ]);
}

function checkEnd({ name, end, sent }: ProcessRecord): Violation[] {
  if (end === undefined) return [];
  // One that is told to end does so in order.
  const expected = sent === 'SIGTERM' ? 0 : sent;
  if (end === expected) return [];
  const detail = `ended with ${end}, was sent ${sent ?? 'nothing'}`;
  return [{ rule: 'no process dies by itself', subject: name, detail }];
}

function checkLine(text: string, faults: readonly FaultRecord[]): string[] {
  if (text === '' || announcement.test(text)) return [];
  const line = parseLine(text);
  // A killed process may leave half a line; whoever is not killed writes whole ones.
  if (!line) return text.startsWith('{"level"') ? [] : [`not a log line: ${text}`];
  if (/unhandled|uncaught/i.test(text)) return [`unhandled: ${text}`];
  if (line.level < levels.error) return [];
  if (line.level < levels.fatal && isAllowed(line, faults)) return [];
  return [`${line.level >= levels.fatal ? 'fatal' : 'error'}: ${line.msg}: ${line.err?.message}`];
}

function isAllowed({ msg, time }: LogLine, faults: readonly FaultRecord[]): boolean {
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
