import type { Logger } from './logger.ts';

/** A fault that lasts is logged again after so long; the pauses double up to the longest. */
const firstPauseMs = 10_000;
const longestPauseMs = 10 * 60_000;
/** A fault that was not seen for so long, and comes again, is a new one. */
const forgottenAfterMs = 2 * longestPauseMs;
/** Faults that are told apart; of more, the one seen longest ago is forgotten. */
const maxFaults = 50;

/** Logs what fails again and again once, then how often; each kind of fault by itself. */
export interface FaultLog {
  /** `fields` go into the line, if there is one. */
  report: (error: unknown, fields?: object) => void;
  /** What failed works again. */
  clear: () => void;
}

export interface FaultLogOptions {
  logger: Logger;
  /** What is logged of a fault, and of its end. */
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
  const faults = new Map<string, Fault>();

  function remember(kind: string, now: number): Fault {
    const known = faults.get(kind);
    // In the order in which they were seen last.
    faults.delete(kind);
    const isNew = !known || now - known.seenAt > forgottenAfterMs;
    const fault = isNew ? { times: 0, seenAt: now, logAgainAt: now, pauseMs: firstPauseMs } : known;
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

/** Faults that differ in ids, ports and times alone are of one kind. */
function describeKind(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = 'code' in error ? String(error.code) : '';
  const text = error.message.replaceAll(/[\da-f]{8}-[-\da-f]{27}|\d+/g, '#');
  return `${error.name} ${code} ${text}`;
}
