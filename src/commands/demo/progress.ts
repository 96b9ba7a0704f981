import type { WriteStream } from 'node:tty';
import type { WatchedJob } from './api.ts';
import { createProgressBars } from './progress-bars.ts';
import { createProgressLines } from './progress-lines.ts';

/** Shows how far jobs are, each by its label. */
export interface Progress extends Disposable {
  show: (label: string, job: WatchedJob) => void;
}

/** Bars where there is a terminal, lines where there is none. */
export function createProgress(labels: readonly string[], stream: WriteStream): Progress {
  return stream.isTTY ? createProgressBars(labels, stream) : createProgressLines(labels, stream);
}
