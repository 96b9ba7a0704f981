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

/** The least expected duration, in ticks: the first estimate must not be ahead of the service's first report. */
const minTicks = 20;

/**
 * Creates the `during` of a job's context. While a call runs, progress follows the reports of the model service. Until it
 * reports anything, progress is an estimate, which approaches the end of the span and never reaches it.
 */
export function createDuring(options: ProgressOptions): JobContext<unknown>['during'] {
  const { report, log, signal, tickMs } = options;
  const expectedMs = Math.max(options.expectedMs, minTicks * tickMs);
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

/** Approaches the end of the span exponentially: 86 % of it is covered when the expected time has passed. */
export function estimate(span: Span, elapsedMs: number, expectedMs: number): number {
  const covered = 1 - Math.exp((-2 * elapsedMs) / expectedMs);
  return Math.min(span.from + (span.to - span.from) * covered, span.to - 1);
}
