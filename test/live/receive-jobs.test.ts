import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Database } from '../../src/db/tables.ts';
import type { JobTopic } from '../../src/jobs/rows/lookup.ts';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import { JobListBuffer } from '../../src/live/buffers/job-list.ts';
import { SourceStream } from '../../src/live/source-stream.ts';
import { createReceiver } from '../../src/live/subscriptions/receive-jobs.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { createGate } from '../environment/model-service/gate.ts';

const job = { id: 'a', version: 2, state: 'COMPLETED', round: 1 } as JobRow;

/** A listener for jobs about something that the test decides. */
async function createListener(pick: (jobs: readonly JobRow[]) => Promise<JobRow[]>) {
  const topic: JobTopic = {
    condition: sql`true`,
    select: () => sql`select`,
    createPicker: () => pick,
  };
  const buffer = new JobListBuffer({
    includePositions: true,
    matches: () => true,
    readJobs: async () => [],
    onChange: () => undefined,
    onFailure: () => undefined,
    onGivenUp: () => undefined,
  });
  const cursors = { before: 'old', after: 'old' };
  await buffer.start({ parts: [async () => []], resumes: false, cursors });
  const options = {
    db: undefined as unknown as Database, // the picker alone would ask it
    counts: { coalesced: 0, dropped: 0, resumes: 0 },
    logger: createLogger('silent', false),
  };
  const source = new SourceStream(buffer, () => undefined);
  const receive = createReceiver(options, { about: [topic] }, buffer, source);
  expect(buffer.take()).toMatchObject({ job: null });
  return { receive, buffer };
}

test('jobs that were looked up have been added once that is done, and not before', async () => {
  const gate = createGate();
  const { receive, buffer } = await createListener(async (jobs) => {
    await gate.wait();
    return [...jobs];
  });
  const received = receive([job]);
  expect(buffer.take()).toBeUndefined();
  gate.open();
  await received;
  // A cursor that is confirmed now is not before it.
  buffer.confirm('new');
  expect(buffer.take()).toMatchObject({ job: { id: 'a' }, cursor: 'old' });
});

test('who cannot look jobs up is told so', async () => {
  const { receive } = await createListener(() => Promise.reject(new Error('away')));
  await expect(receive([job])).rejects.toThrow('away');
});
