import { bridge } from './bridge.ts';
import { consoleMeasure } from './console.ts';
import { fairness } from './fairness.ts';
import { fanOutMeasures } from './fan-out.ts';
import { finding } from './finding.ts';
import { finalUpdates } from './final-updates.ts';
import { latencyMeasures } from './latency.ts';
import { guarded } from './guarded.ts';
import type { Measure } from './measure.ts';
import { memoryMeasures } from './memory.ts';
import { idle } from './idle.ts';
import { jobQuery, restNotModified } from './polling.ts';
import { reconnect } from './reconnect.ts';
import { replicas } from './replicas.ts';
import { startMeasures } from './starts.ts';
import { submit } from './submit.ts';

/** In the order of the table. */
export const measures: readonly Measure[] = [
  ...fanOutMeasures,
  ...latencyMeasures,
  finalUpdates,
  jobQuery,
  restNotModified,
  guarded,
  submit,
  ...memoryMeasures,
  bridge,
  replicas,
  reconnect,
  ...startMeasures,
  fairness,
  idle,
  finding,
  consoleMeasure,
];
