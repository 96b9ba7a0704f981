import type { Job, Queue } from '../jobs.ts';
import type { WireStatus } from '../wire/status.ts';
import {
  describeJob,
  describeQueue,
  describeState,
  describeWire,
  drawJob,
  toPlain,
} from './words.ts';

/** Where a command writes. */
export interface Screen {
  /** Replaces what was shown; `hasIds`: the reader does not know which jobs these are. */
  showJobs: (jobs: readonly Job[], hasIds?: boolean) => void;
  showQueues: (queues: readonly Queue[]) => void;
  /** The id of the job that is shown next, for who wants to cancel it. */
  showId: (id: string) => void;
  /** Says when the connection is lost, and when it is back. */
  showWire: (status: WireStatus) => void;
  /** Lines that stay, or the value that they tell of. */
  write: (lines: readonly string[], value: object) => void;
}

export interface Output {
  isTTY?: boolean | undefined;
  rows?: number | undefined;
  columns?: number | undefined;
  write: (text: string) => unknown;
}

/** `bars` that grow in their places, `json`: a line for each version, or `text`: a line for each step. */
export type Format = 'bars' | 'json' | 'text';

interface Outputs {
  output: Output;
  errors: Pick<Output, 'write'>;
}

/** The terminal itself cuts what is too long: only it knows how wide a character is. A line that wraps would be two to go back. */
const noWrap = '\u001b[?7l';
const wrap = '\u001b[?7h';
/** Progress that gets a line of its own in a text. */
const stepPercent = 10;

export function createScreen(format: Format, outputs: Outputs): Screen {
  if (format === 'bars') return createTerminal(outputs);
  return format === 'json' ? createPipe(outputs) : createText(outputs);
}

function createTerminal({ output }: Outputs): Screen {
  let shown = 0;
  let lines: readonly string[] = [];
  let wire: string | undefined;

  function draw(): void {
    const most = Math.max(1, (output.rows || 24) - 1);
    const all = wire === undefined ? lines : [wire, ...lines];
    const fitting = all.slice(0, most).map((line) => `${toPlain(line)}\n`);
    // Back to the first of the lines that were shown, and away with them.
    const back = shown > 0 ? `\u001b[${shown}A\u001b[J` : '';
    output.write(`${back}${noWrap}${fitting.join('')}${wrap}`);
    shown = fitting.length;
  }

  function show(next: readonly string[]): void {
    lines = next;
    draw();
  }

  return {
    showJobs: (jobs, hasIds = false) => {
      const place = { columns: output.columns || 80, hasIds };
      show(jobs.length > 0 ? jobs.map((job) => drawJob(job, place)) : ['No jobs.']);
    },
    showQueues: (queues) => show(queues.map(describeQueue)),
    showId: (id) => output.write(`${id}\n`),
    showWire: (status) => {
      const text = describeWire(status);
      if (text === wire) return;
      wire = text;
      draw();
    },
    write: (texts) => {
      output.write(texts.map((text) => `${toPlain(text)}\n`).join(''));
      shown = 0;
    },
  };
}

/** Says each text once, until it is another one. */
function createNotes({ errors }: Outputs): Screen['showWire'] {
  let said: string | undefined;
  return (status) => {
    const text = describeWire(status);
    if (text === said) return;
    said = text;
    if (text !== undefined) errors.write(`${text}\n`);
  };
}

function createPipe(outputs: Outputs): Screen {
  const { output } = outputs;
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
    // It is in each version.
    showId: () => undefined,
    showWire: createNotes(outputs),
    write: (_lines, value) => output.write(`${JSON.stringify(value)}\n`),
  };
}

function createText(outputs: Outputs): Screen {
  const { output } = outputs;
  const written = new Map<string, { words: string; progress: number }>();
  const writeLine = (text: string): void => void output.write(`${toPlain(text)}\n`);

  /** A line for each new stage, and for each step of progress within one. */
  function writeStep(job: Job, hasIds: boolean): void {
    const { id, progress } = job;
    const words = describeState(job);
    const last = written.get(id);
    if (last?.words === words && Math.abs(progress - last.progress) < stepPercent) return;
    written.set(id, { words, progress });
    writeLine(describeJob(job, hasIds));
  }

  return {
    showJobs: (jobs, hasIds = false) => {
      for (const job of jobs) writeStep(job, hasIds);
    },
    showQueues: (queues) => {
      for (const queue of queues) writeLine(describeQueue(queue));
    },
    showId: writeLine,
    showWire: createNotes(outputs),
    write: (lines) => lines.forEach(writeLine),
  };
}
