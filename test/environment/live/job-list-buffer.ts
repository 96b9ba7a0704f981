import type { JobOutline } from '../../../src/jobs/rows/filter.ts';
import type { JobRow, JobState } from '../../../src/jobs/rows/row.ts';
import { JobListBuffer } from '../../../src/live/buffers/job-list.ts';
import { pageRows } from '../../../src/live/buffers/present.ts';
import type { ReadPart } from '../../../src/live/buffers/present.ts';

export function row(id: string, version: number, state: JobState = 'ACTIVE'): JobRow {
  return { id, version, state, round: 1 } as JobRow;
}

interface Options {
  includePositions?: boolean;
  resumes?: boolean;
  matches?: (job: JobOutline) => boolean;
}

/** A buffer over rows that the test writes; `idle` resolves when what it has begun to read has arrived. */
export function createBuffer(
  table = new Map<string, JobRow>(),
  { includePositions = true, resumes = false, matches = () => true }: Options = {},
) {
  let arrived = Promise.withResolvers<void>();
  const buffer = new JobListBuffer({
    includePositions,
    matches,
    readJobs: async (ids) => ids.flatMap((id) => table.get(id) ?? []),
    onChange: () => {
      arrived.resolve();
      arrived = Promise.withResolvers();
    },
    onFailure: () => {},
    onGivenUp: () => {},
  });
  const readPart =
    (isOfPart: (job: JobRow) => boolean): ReadPart =>
    async (before = '~') =>
      [...table.values()]
        .filter((job) => job.id < before && isOfPart(job))
        .toSorted((a, b) => (a.id < b.id ? 1 : -1))
        .slice(0, pageRows);
  const parts = [readPart(({ state }) => state !== 'COMPLETED')];
  if (resumes) parts.push(readPart(({ state }) => state === 'COMPLETED'));
  const start = () => buffer.start({ parts, resumes, cursors: { before: 'old', after: 'new' } });
  return { buffer, start, nextArrival: () => arrived.promise };
}

/** Writes a new version, as rows change before they are announced. */
export function change(table: Map<string, JobRow>, job: JobRow): JobRow {
  table.set(job.id, job);
  return job;
}

export function name(index: number): string {
  return `job-${String(index).padStart(6, '0')}`;
}

export function takeAll(buffer: JobListBuffer): string[] {
  const taken: string[] = [];
  for (let event = buffer.take(); event; event = buffer.take()) {
    if (event.job) taken.push(`${event.job.id}${event.job.version}`);
  }
  return taken;
}

export async function openEmpty(options?: Options): Promise<JobListBuffer> {
  const { buffer, start } = createBuffer(undefined, options);
  await start();
  return buffer;
}
