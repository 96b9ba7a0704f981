import { createHistogram } from 'node:perf_hooks';
import type { RecordableHistogram } from 'node:perf_hooks';
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { untilSharedTick } from '../platform/shared-ticks.ts';

/** How often it is looked at. Node's own monitor wakes an idle process as often as it is precise. */
const intervalMs = 1_000;

/** In nanoseconds; prom-client's names, whose gauges these replace. */
const figures: Record<string, (lags: RecordableHistogram) => number> = {
  min: ({ min }) => min,
  max: ({ max }) => max,
  mean: ({ mean }) => mean,
  stddev: ({ stddev }) => stddev,
  p50: (lags) => lags.percentile(50),
  p90: (lags) => lags.percentile(90),
  p99: (lags) => lags.percentile(99),
};

/** Shows how late timers were since the last scrape. It does not keep the process alive. */
export function watchEventLoopLag(register: Registry): void {
  const lags = createHistogram();
  lookLater();

  function lookLater(): void {
    const pauseMs = untilSharedTick(intervalMs);
    const due = performance.now() + pauseMs;
    setTimeout(() => {
      // A histogram counts from 1.
      lags.record(Math.max(1, Math.round((performance.now() - due) * 1e6)));
      lookLater();
    }, pauseMs).unref();
  }

  const gauges = Object.entries(figures).map(([figure, read]) => {
    const name = `nodejs_eventloop_lag_${figure}_seconds`;
    const help = `The ${figure} of the event loop's lag since the last scrape, looked at once a second.`;
    register.removeSingleMetric(name);
    return { gauge: new Gauge({ name, help, registers: [register], collect }), read };
  });

  /** A scrape calls it once for each gauge: the first sets them all. */
  function collect(this: Gauge): void {
    if (this !== gauges[0]?.gauge || lags.count === 0) return;
    for (const { gauge, read } of gauges) gauge.set(read(lags) / 1e9);
    lags.reset();
  }
}
