import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import type { WatchedJob } from './api.ts';
import { describeJob } from './describe-job.ts';
import type { Progress } from './progress.ts';

const barWidth = 30;

/** A bar for each job, those that are yet to come included; drawn anew in their place with every change. */
export function createProgressBars(labels: readonly string[], stream: WriteStream): Progress {
  const jobs = new Map<string, WatchedJob>();
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const draw = createLogUpdate(stream);

  function toLine(label: string): string {
    const job = jobs.get(label);
    const percent = `${String(job?.progress ?? 0).padStart(3)} %`;
    const bar = drawBar(job);
    const room = stream.columns - labelWidth - barWidth - percent.length - 7;
    const words = cut(job ? describeJob(job) : '', room);
    return `${label.padEnd(labelWidth)}  ${bar}  ${percent}  ${styleText('dim', words, { stream })}`;
  }

  function drawBar(job: WatchedJob | undefined): string {
    const filled = Math.round(((job?.progress ?? 0) / 100) * barWidth);
    const colour = colours[job?.state ?? 'QUEUED'];
    const done = styleText(colour, '█'.repeat(filled), { stream });
    return done + styleText('dim', '░'.repeat(barWidth - filled), { stream });
  }

  const drawAll = (): void => draw(labels.map((label) => toLine(label)).join('\n'));
  drawAll();
  return {
    show: (label, job) => {
      jobs.set(label, job);
      drawAll();
    },
    // Gives the cursor back, and leaves the bars as they are.
    [Symbol.dispose]: () => draw.done(),
  };
}

const colours = {
  QUEUED: 'dim',
  DELAYED: 'yellow',
  ACTIVE: 'cyan',
  COMPLETED: 'green',
  FAILED: 'red',
  CANCELED: 'red',
  EXPIRED: 'red',
} as const;

/** A line that wrapped would push the bars down with every change. */
function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 2 ? '' : `${text.slice(0, width - 1)}…`;
}
