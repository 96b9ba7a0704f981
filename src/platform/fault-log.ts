import type { Logger } from './logger.ts';

/** How long until a lasting fault is logged again; each pause is twice the one before, up to the longest. */
const firstPauseMs = 10_000;
const longestPauseMs = 10 * 60_000;
/** A fault that did not occur for this long is logged as a new one. */
const forgottenAfterMs = 2 * longestPauseMs;
/** Kinds of faults that are told apart; beyond that, the least recent one is forgotten. */
const maxFaults = 50;

/** Logs a fault that keeps occurring once, and then at growing intervals with a count; each kind of fault separately. */
export interface FaultLog {
  /** `fields` are added to the line, if one is logged. */
  report: (error: unknown, fields?: object) => void;
  /** Logs that the faults are over, if there were any. */
  clear: () => void;
}

export interface FaultLogOptions {
  logger: Logger;
  /** Logged with each fault, and when the faults are over. */
  message: string;
  level?: 'warn' | 'error';
}

interface Fault {
  times: number;
  seenAt: number;
  logAgainAt: number;
  pauseMs: number;
}

export function createFaultLog({ logger, message, level = 'warn' }: FaultLogOptions): FaultLog {
  // In the order in which they occurred last.
  const faults = new Map<string, Fault>();

  function remember(kind: string, now: number): Fault {
    const known = faults.get(kind);
    const isNew = !known || now - known.seenAt > forgottenAfterMs;
    const fault = isNew ? { times: 0, seenAt: now, logAgainAt: now, pauseMs: firstPauseMs } : known;
    faults.delete(kind);
    faults.set(kind, fault);
    if (faults.size > maxFaults) faults.delete(faults.keys().next().value!);
    return fault;
  }

  return {
    report: (error, fields) => {
      const now = performance.now();
      const fault = remember(describeKind(error), now);
      fault.times += 1;
      fault.seenAt = now;
      if (now < fault.logAgainAt) return;
      logger[level]({ ...fields, err: error, times: fault.times }, message);
      fault.logAgainAt = now + fault.pauseMs;
      fault.pauseMs = Math.min(2 * fault.pauseMs, longestPauseMs);
    },
    clear: () => {
      if (faults.size === 0) return;
      const times = faults.values().reduce((sum, fault) => sum + fault.times, 0);
      faults.clear();
      logger.info({ times }, `over: ${message}`);
    },
  };
}

/** Faults that differ only in ids, ports and times are of one kind. */
function describeKind(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = 'code' in error ? String(error.code) : '';
  const text = error.message.replaceAll(/[\da-f]{8}-[-\da-f]{27}|\d+/g, '#');
  return `${error.name} ${code} ${text}`;
}
