import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

interface CollectedMetric<Label extends string> {
  name: string;
  help: string;
  labelNames: readonly Label[];
}

type Add<Label extends string> = (labels: Partial<Record<Label, string>>, value: number) => void;

/** Defines a gauge whose series are set anew at each scrape: those that `collect` adds. */
export function defineCollectedGauge<Label extends string>(
  registry: Registry,
  { name, help, labelNames }: CollectedMetric<Label>,
  collect: (set: Add<Label>) => void | Promise<void>,
): void {
  const gauge = new Gauge({
    name,
    help,
    labelNames,
    registers: [],
    collect() {
      this.reset();
      return collect((labels, value) => this.set(labels, value));
    },
  });
  registry.registerMetric(gauge);
}

/** The same as a counter, of totals that are counted elsewhere. */
export function defineCollectedCounter<Label extends string>(
  registry: Registry,
  { name, help, labelNames }: CollectedMetric<Label>,
  collect: (set: Add<Label>) => void,
): void {
  const counter = new Counter({
    name,
    help,
    labelNames,
    registers: [],
    collect() {
      this.reset();
      collect((labels, value) => this.inc(labels, value));
    },
  });
  registry.registerMetric(counter);
}
