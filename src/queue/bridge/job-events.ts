import type { Logger } from '../../platform/logger.ts';
import type { IQueueBackend } from 'bullmq';
import { z } from 'zod';
import type { JobUpdate } from '../../jobs/rows/update.ts';
import { jobErrorCodes } from '../../errors.ts';
import type { JobErrorCode } from '../../errors.ts';
import { isFinal } from '../../jobs/rows/row.ts';
import { fromEntryId, outcomeSchema, reportSchema } from '../transport.ts';

/** An entry of a queue's event stream: its id, and its fields as BullMQ writes them. */
export interface QueueEvent {
  id: string;
  fields: Record<string, string>;
}

/** BullMQ answers as Redis' XREAD does: streams, each with entries, each with a flat list of names and values. */
export function toEntries(answer: Awaited<ReturnType<IQueueBackend['readEvents']>>): QueueEvent[] {
  const [stream] = answer ?? [];
  return (stream?.[1] ?? []).map(([id, flat]) => {
    const fields: Record<string, string> = {};
    for (let index = 0; index + 1 < flat.length; index += 2)
      fields[flat[index]!] = flat[index + 1]!;
    return { id, fields };
  });
}

/** Room for that many entries of one millisecond in a position. */
const entriesPerMillisecond = 1_000_000n;

/**
 * An entry's place in its stream as one number. Redis writes `<milliseconds>-<sequence>`, which does not sort as text;
 * Postgres counts.
 */
export function toPosition(eventId: string): bigint {
  const [major = '0', minor] = eventId.split('-');
  if (minor === undefined) return BigInt(major);
  return BigInt(major) * entriesPerMillisecond + BigInt(minor);
}

/** When an entry was written, in ms since 1970; undefined where its stream does not say. */
export function findTime({ id }: QueueEvent): number | undefined {
  const [major, minor] = id.split('-');
  return minor === undefined ? undefined : Number(major);
}

/** Whether the queue is paused by what these say; undefined when they say nothing of it. */
export function findPause(entries: readonly QueueEvent[]): boolean | undefined {
  const words = entries.map(({ fields: { event } }) => event);
  const word = words.findLast((event) => event === 'paused' || event === 'resumed');
  return word === undefined ? undefined : word === 'paused';
}

/** What an event says of its job; undefined when nothing that a row would show. Throws on a malformed entry. */
function toJobUpdate({ id, fields }: QueueEvent): JobUpdate | undefined {
  const entryId = fields['jobId'];
  if (entryId === undefined) return undefined;
  const subject = { ...fromEntryId(entryId), eventId: toPosition(id) };
  switch (fields['event']) {
    case 'progress':
      return { ...subject, state: 'ACTIVE', ...toReport(parseJson(fields['data'])) };
    case 'completed': {
      const outcome = outcomeSchema.parse(parseJson(fields['returnvalue']));
      return outcome ? { ...subject, state: 'COMPLETED', ...outcome } : undefined;
    }
    case 'failed':
      return { ...subject, state: 'FAILED', error: explainFailure(fields['failedReason']) };
    case 'delayed':
      // Until when, the rows know: the event has it by the clock of whoever put the job off.
      z.coerce.number().parse(fields['delay']);
      return { ...subject, state: 'DELAYED' };
    case 'waiting':
      // Without a previous state it has just been added, and its row says QUEUED already.
      return fields['prev'] === undefined ? undefined : { ...subject, state: 'QUEUED' };
    default:
      return undefined;
  }
}

function toReport(data: unknown): Pick<JobUpdate, 'attempt' | 'progress' | 'stage' | 'stages'> {
  const { stages, ...report } = reportSchema.parse(data);
  if (!stages) return report;
  return { ...report, stages: stages.map((stage) => ({ ...stage, attempt: report.attempt })) };
}

function parseJson(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

/** What a failure's reason says: workers give a code, and anything else is BullMQ's own word. */
export function explainFailure(reason: string | undefined): JobUpdate['error'] {
  const known = jobErrorCodes.find((code) => code === reason);
  const code: JobErrorCode = known ?? (reason?.includes('stalled') ? 'STALLED' : 'INTERNAL');
  const message =
    code === 'STALLED'
      ? 'The worker vanished more often than allowed.'
      : 'The attempt failed, and its worker could not say why.';
  return { code, message, retryable: false };
}

/**
 * Sorts updates into layers to apply one after the other, one update a job in each. Within a layer, updates that follow
 * one another are folded, as nobody needs to see the row in between.
 */
export function foldUpdates(updates: Iterable<JobUpdate>): JobUpdate[][] {
  const layers: Map<string, JobUpdate>[] = [];
  const depths = new Map<string, number>();
  for (const update of updates) {
    const depth = depths.get(update.jobId) ?? 0;
    const earlier = layers[depth]?.get(update.jobId);
    const folded = earlier ? fold(earlier, update) : update;
    const target = folded ? depth : depth + 1;
    layers[target] ??= new Map();
    layers[target].set(update.jobId, folded ?? update);
    depths.set(update.jobId, target);
  }
  return layers.map((layer) => [...layer.values()]);
}

/** Two updates as one; undefined where the row must judge the later one by what the earlier one did to it. */
function fold(earlier: JobUpdate, later: JobUpdate): JobUpdate | undefined {
  // Whether that was the end, the row knows: it may have been taken back since.
  if (isFinal(earlier.state) || earlier.round !== later.round) return undefined;
  // A report is only as good as its attempt, which the row knows. What the queue itself says always holds.
  if (later.state !== 'ACTIVE') {
    const { progress } = earlier;
    return {
      ...later,
      attempt: later.attempt ?? earlier.attempt,
      progress,
      ...joinStages(earlier, later),
    };
  }
  if (earlier.state !== 'ACTIVE' || earlier.attempt !== later.attempt) return undefined;
  const progress = Math.max(earlier.progress ?? 0, later.progress ?? 0);
  return { ...later, progress, ...joinStages(earlier, later) };
}

function joinStages(earlier: JobUpdate, later: JobUpdate): Pick<JobUpdate, 'stages'> {
  if (!earlier.stages) return {};
  return { stages: [...earlier.stages, ...(later.stages ?? [])] };
}

/** What the entries say of jobs; those that cannot be read are reported and left out. */
export function toJobUpdates(
  entries: readonly QueueEvent[],
  epoch: number,
  logger: Logger,
): JobUpdate[] {
  return entries.flatMap((entry) => {
    try {
      const update = toJobUpdate(entry);
      return update ? { ...update, epoch } : [];
    } catch (error) {
      // One entry that somebody else wrote must not stop all that follow.
      logger.warn({ err: error, eventId: entry.id }, 'malformed event skipped');
      return [];
    }
  });
}
