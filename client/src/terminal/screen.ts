import type { Job, Queue } from '../jobs.ts';

/** Where a command writes: bars on a terminal, one line of JSON for each change in a pipe. */
export interface Screen {
  /** Replaces what was shown. */
  showJobs: (jobs: readonly Job[]) => void;
  showQueues: (queues: readonly Queue[]) => void;
  /** A line that stays. */
  write: (text: string, value: object) => void;
}

export interface Output {
  isTTY?: boolean | undefined;
  rows?: number | undefined;
  write: (text: string) => unknown;
}

const barWidth = 24;
/** The terminal itself cuts what is too long: only it knows how wide a character is. A line that wraps would be two to go back. */
const noWrap = '\u001b[?7l';
const wrap = '\u001b[?7h';

/** A job in one line that says all without a color. */
function describeJob({ id, type, state, progress, stage, waiting, subject, error }: Job): string {
  const filled = Math.round((progress / 100) * barWidth);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
  const details = [error?.message ?? stage ?? waiting?.message, subject.title]
    .filter(Boolean)
    .join(' · ');
  return `${bar} ${String(progress).padStart(3)} %  ${state.padEnd(9)} ${type} ${id}  ${details}`;
}

function describeQueue({ type, paused, workers, counts }: Queue): string {
  const taken = workers === 0 ? 'no worker' : `${workers} workers`;
  const state = paused ? 'paused' : taken;
  return `${type.padEnd(22)} ${state.padEnd(10)} ${counts.queued} queued, ${counts.active} active, ${counts.delayed} delayed, ${counts.failed} failed`;
}

/** Text from elsewhere must not move the cursor or change colors. */
function toPlain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}

export function createScreen(output: Output): Screen {
  return output.isTTY ? createTerminal(output) : createPipe(output);
}

function createTerminal(output: Output): Screen {
  let shown = 0;

  function draw(lines: readonly string[]): void {
    const most = Math.max(1, (output.rows || 24) - 1);
    const fitting = lines.slice(0, most).map((line) => `${toPlain(line)}\n`);
    // Back to the first of the lines that were shown, and away with them.
    const back = shown > 0 ? `\u001b[${shown}A\u001b[J` : '';
    output.write(`${back}${noWrap}${fitting.join('')}${wrap}`);
    shown = fitting.length;
  }

  return {
    showJobs: (jobs) => draw(jobs.length > 0 ? jobs.map(describeJob) : ['No jobs.']),
    showQueues: (queues) => draw(queues.map(describeQueue)),
    write: (text) => {
      output.write(`${toPlain(text)}\n`);
      shown = 0;
    },
  };
}

function createPipe(output: Output): Screen {
  const written = new Map<string, string>();
  /** Each version once. */
  function writeNews(key: string, value: object): void {
    const line = JSON.stringify(value);
    if (written.get(key) === line) return;
    written.set(key, line);
    output.write(`${line}\n`);
  }
  return {
    showJobs: (jobs) => {
      for (const job of jobs) writeNews(job.id, job);
    },
    showQueues: (queues) => {
      for (const queue of queues) writeNews(queue.type, queue);
    },
    write: (_text, value) => output.write(`${JSON.stringify(value)}\n`),
  };
}
