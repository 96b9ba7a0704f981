import type { Writable } from 'node:stream';
import type { WatchedJob } from './api.ts';
import { describeJob } from './describe-job.ts';
import type { Progress } from './progress.ts';

/** Progress within a stage that is worth a line of its own. */
const stepPercent = 10;

/** A line for each new stage, and for each good step within one. */
export function createProgressLines(labels: readonly string[], stream: Writable): Progress {
  const width = Math.max(...labels.map((label) => label.length));
  let last: { label: string; words: string; progress: number } | undefined;

  function isWorthALine(label: string, words: string, { progress }: WatchedJob): boolean {
    if (last?.label !== label || last.words !== words) return true;
    return Math.abs(progress - last.progress) >= stepPercent;
  }

  return {
    show: (label, job) => {
      const words = describeJob(job);
      if (!isWorthALine(label, words, job)) return;
      last = { label, words, progress: job.progress };
      stream.write(`${label.padEnd(width)}  ${String(job.progress).padStart(3)} %  ${words}\n`);
    },
    [Symbol.dispose]() {},
  };
}
