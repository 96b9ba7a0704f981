import type { Job, Queue } from '../jobs.ts';
import type { WireStatus } from '../wire/status.ts';

/** As long as the longest name of a type, "Video summarization": jobs that are shown one after the other are one table. */
const typeWidth = 19;
/** From so many columns on, bars are long, and what has an id in front has one at all. */
const wideColumns = 110;
const barWidths = { wide: 30, narrow: 16 };

/** VIDEO_SUMMARIZATION as "Video summarization". */
function describeType(type: string): string {
  const words = type.toLowerCase().replaceAll('_', ' ');
  return words[0]!.toUpperCase() + words.slice(1);
}

/** The state of a job, and why it is in it: without a color that would have to be seen. */
export function describeState(job: Job): string {
  const { state, stage, waiting, error, attempt, maxAttempts } = job;
  const name = state.toLowerCase();
  if (state === 'COMPLETED') return name;
  if (state === 'ACTIVE') {
    const again = attempt > 1 ? ` (attempt ${attempt} of ${maxAttempts})` : '';
    return `${stage ?? name}${again}`;
  }
  const reason = error?.message ?? waiting?.message;
  return reason ? `${name}: ${reason}` : name;
}

function drawBar(progress: number, width: number): string {
  const filled = Math.round((progress / 100) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

const describeProgress = ({ progress }: Job) => `${String(progress).padStart(3)} %`;

interface Place {
  /** Of the terminal. */
  columns: number;
  /** Whether the reader has to learn the ids. */
  hasIds: boolean;
}

/** A job in one line of a terminal: what matters most comes first, as the terminal cuts the rest. */
export function drawJob(job: Job, { columns, hasIds }: Place): string {
  const isWide = columns >= wideColumns;
  const bar = drawBar(job.progress, isWide && !hasIds ? barWidths.wide : barWidths.narrow);
  const parts = [
    ...(hasIds ? [job.id] : []),
    describeType(job.type).padEnd(typeWidth),
    ...(isWide || !hasIds ? [bar] : []),
    describeProgress(job),
    [describeState(job), job.subject.title].filter(Boolean).join(' · '),
  ];
  return cut(parts.join('  '), columns);
}

/** By characters: where one takes two columns, the terminal cuts the rest. */
function cut(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : text;
}

/** A job in one line of a text. */
export function describeJob(job: Job, hasIds: boolean): string {
  const type = describeType(job.type).padEnd(typeWidth);
  const line = `${type}  ${describeProgress(job)}  ${describeState(job)}`;
  return hasIds ? `${job.id}  ${line}` : line;
}

export function describeQueue({ type, paused, workers, counts }: Queue): string {
  const taken = workers === 0 ? 'no worker' : `${workers} ${workers === 1 ? 'worker' : 'workers'}`;
  const state = paused ? 'paused' : taken;
  return `${type.padEnd(22)} ${state.padEnd(10)} ${counts.queued} queued, ${counts.active} active, ${counts.delayed} delayed, ${counts.failed} failed`;
}

/** What a reader should know of the connection; undefined where all is well. */
export function describeWire({ state, since, missed }: WireStatus): string | undefined {
  if (state === 'offline')
    return `No connection since ${new Date(since).toLocaleTimeString('en-GB')}; trying again.`;
  return missed > 0 ? `Connected again: ${missed} changes were caught up.` : undefined;
}

/** Text from elsewhere must not move the cursor or change colors. */
export function toPlain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}
