import type { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import type { WatchedJob } from './api.ts';

const barWidth = 30;
/** Progress within a stage that gets a line of its own. */
const stepPercent = 10;

/** Shows the progress of jobs, by label. */
export interface Progress extends Disposable {
  show: (label: string, job: WatchedJob) => void;
}

/** Bars on a terminal, lines elsewhere. */
export function createProgress(labels: readonly string[], stream: WriteStream): Progress {
  return stream.isTTY ? createProgressBars(labels, stream) : createProgressLines(labels, stream);
}

/** A bar for each job, including those not yet started; all are redrawn in place with every change. */
function createProgressBars(labels: readonly string[], stream: WriteStream): Progress {
  const jobs = new Map<string, WatchedJob>();
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const draw = createLogUpdate(stream);

  function toLine(label: string): string {
    const job = jobs.get(label);
    const percent = `${String(job?.progress ?? 0).padStart(3)} %`;
    const bar = drawBar(job);
    const maxWidth = stream.columns - labelWidth - barWidth - percent.length - 7;
    const words = cut(job ? describeJob(job) : '', maxWidth);
    return `${label.padEnd(labelWidth)}  ${bar}  ${percent}  ${styleText('dim', words, { stream })}`;
  }

  function drawBar(job: WatchedJob | undefined): string {
    const filled = Math.round(((job?.progress ?? 0) / 100) * barWidth);
    const color = colors[job?.state ?? 'QUEUED'];
    const done = styleText(color, '█'.repeat(filled), { stream });
    return done + styleText('dim', '░'.repeat(barWidth - filled), { stream });
  }

  const drawAll = (): void => draw(labels.map((label) => toLine(label)).join('\n'));
  drawAll();
  return {
    show: (label, job) => {
      jobs.set(label, job);
      drawAll();
    },
    // Restores the cursor and leaves the bars on the screen.
    [Symbol.dispose]: () => draw.done(),
  };
}

const colors = {
  QUEUED: 'dim',
  DELAYED: 'yellow',
  ACTIVE: 'cyan',
  COMPLETED: 'green',
  FAILED: 'red',
  CANCELED: 'red',
  EXPIRED: 'red',
} as const;

/** Cuts a text: a wrapped line would push the bars down with every change. */
function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 2 ? '' : `${text.slice(0, width - 1)}…`;
}

/** A line for each new stage, and for each step of progress within one. */
function createProgressLines(labels: readonly string[], stream: Writable): Progress {
  const width = Math.max(...labels.map((label) => label.length));
  let last: { label: string; words: string; progress: number } | undefined;

  function isNews(label: string, words: string, { progress }: WatchedJob): boolean {
    if (last?.label !== label || last.words !== words) return true;
    return Math.abs(progress - last.progress) >= stepPercent;
  }

  return {
    show: (label, job) => {
      const words = describeJob(job);
      if (!isNews(label, words, job)) return;
      last = { label, words, progress: job.progress };
      stream.write(`${label.padEnd(width)}  ${String(job.progress).padStart(3)} %  ${words}\n`);
    },
    [Symbol.dispose]() {},
  };
}

/** The state of a job in words. */
function describeJob(job: WatchedJob): string {
  const attempt = job.attempt > 1 ? ` (attempt ${job.attempt} of ${job.maxAttempts})` : '';
  switch (job.state) {
    case 'QUEUED':
      return 'Waiting for a worker';
    case 'DELAYED':
      return `Waiting for another attempt: ${job.error?.message ?? ''}`;
    case 'ACTIVE':
      return `${job.stage ?? 'Running'}${attempt}`;
    case 'COMPLETED':
      return 'Done';
    default:
      return `${job.state}: ${job.error?.message ?? ''}`;
  }
}
