import type { JobContext, Span } from '../../jobs/define-job.ts';

export interface ProgressOptions {
  report: JobContext<unknown>['report'];
  log: JobContext<unknown>['log'];
  signal: AbortSignal;
  /** How long a whole run is expected to take. */
  expectedMs: number;
  /** How often an estimate moves the bar. */
  tickMs: number;
}

/** However quick jobs are, a first estimate must not run ahead of a service that is about to report. */
const leastTicks = 20;

/**
 * The `during` of a job's context. While a call runs, the bar follows what the model service reports; a service that
 * reports nothing gets an estimate, which nears the end of the span and never reaches it.
 */
export function createDuring(options: ProgressOptions): JobContext<unknown>['during'] {
  const { report, log, signal, tickMs } = options;
  const expectedMs = Math.max(options.expectedMs, leastTicks * tickMs);
  return async (span, call) => {
    const startedAt = performance.now();
    let { stage } = span;
    report(span.from, stage);
    const ticker = setInterval(() => {
      report(estimate(span, performance.now() - startedAt, expectedMs), stage);
    }, tickMs);
    try {
      return await call({
        signal,
        onProgress: (share, reportedStage) => {
          clearInterval(ticker);
          stage = reportedStage ?? stage;
          report(span.from + (span.to - span.from) * share, stage);
        },
        onLog: log,
      });
    } finally {
      clearInterval(ticker);
    }
  };
}

/** Of the way that is left, what an exponential approach covers; 86 % when the expected time has passed. */
export function estimate(span: Span, elapsedMs: number, expectedMs: number): number {
  const covered = 1 - Math.exp((-2 * elapsedMs) / expectedMs);
  return Math.min(span.from + (span.to - span.from) * covered, span.to - 1);
}
