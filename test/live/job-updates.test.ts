import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { stackKinds } from '../environment/app/app.ts';
import { useTestApp } from '../environment/app/use-test-app.ts';
import { createBrokerProbe } from '../environment/app/broker-probe.ts';
import { eventually } from '../environment/eventually.ts';
import { streamAnswer } from '../environment/model-service/answers.ts';
import { createGate } from '../environment/model-service/gate.ts';
import { transports } from '../environment/clients/graphql-client.ts';
import {
  createSubjects,
  followJob,
  getUpdate,
  readJob,
  startJob,
  watchJob,
} from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

describe.each(stackKinds)('on the %s stack', (kind) => {
  const probe = createBrokerProbe();
  const own = useTestApp(kind, { overrides: { wrapBroker: probe.wrap } });
  let subjects: Subjects;

  beforeAll(async () => {
    subjects = await createSubjects(own.app.graphql);
  });

  /** Starts a job that says `Looking` and then waits at the gate. */
  async function startHeldJob() {
    const gate = createGate();
    const lines = [
      { progress: 0.3, stage: 'Looking' },
      gate,
      { progress: 0.6, stage: 'Listening' },
    ];
    own.model.answer('/api/summarize', streamAnswer('/api/summarize', lines));
    const { id } = await startJob(own.app.graphql, 'summarizeVideo', subjects);
    const held = await eventually(async () => {
      const job = await readJob(own.app.graphql, id);
      // From its first line on, the model service alone moves the job.
      expect(job).toMatchObject({ state: 'ACTIVE', stage: 'Looking' });
      return job;
    });
    return { id: id as string, held, gate };
  }

  async function finishJob() {
    const { id, gate } = await startHeldJob();
    gate.open();
    return (await followJob(own.app.graphql, 'sse', id)).at(-1)!;
  }

  describe.each(transports)('over %s', (transport) => {
    test('a late subscriber gets the present state first, then what is newer, then the end', async () => {
      const { id, held, gate } = await startHeldJob();
      const updates = watchJob(own.app.graphql, transport, id);
      const { value: first } = await updates.next();
      expect(getUpdate(first)).toEqual(held);

      gate.open();
      const later: Record<string, any>[] = [];
      for await (const answer of updates) later.push(getUpdate(answer));
      const versions = [held['version'], ...later.map((update) => update['version'])];
      expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
      expect(later.at(-1)).toMatchObject({ state: 'COMPLETED', progress: 100, stage: null });
    });

    test('whoever polls reads the very row that a subscriber was given last', async () => {
      const { id, gate } = await startHeldJob();
      const following = followJob(own.app.graphql, transport, id);
      gate.open();
      const polled = await eventually(async () => {
        const job = await readJob(own.app.graphql, id);
        expect(job['state']).toBe('COMPLETED');
        return job;
      });
      expect((await following).at(-1)).toEqual(polled);
      expect(await readJob(own.app.graphql, id)).toEqual(polled);
    });

    test('a subscriber of a finished job gets it once, and the stream ends', async () => {
      const finished = await finishJob();
      expect(await followJob(own.app.graphql, transport, finished['id'])).toEqual([finished]);
    });

    test('a client gets nothing twice that it has already', async () => {
      const finished = await finishJob();
      const { id, version } = finished;
      expect(await readAll(watchJob(own.app.graphql, transport, id, version))).toEqual([]);
      expect(await readAll(watchJob(own.app.graphql, transport, id, version - 1))).toEqual([
        finished,
      ]);
      // Nobody was ever given a version above the row's, so such a client has nothing.
      expect(await readAll(watchJob(own.app.graphql, transport, id, version + 1))).toEqual([
        finished,
      ]);
    });

    test('a client that resumes waits for what is above its version', async () => {
      const { id, held, gate } = await startHeldJob();
      const updates = readAll(watchJob(own.app.graphql, transport, id, held['version']));
      await eventually(() => expect(probe.listening).toBe(1));
      gate.open();
      const versions = (await updates).map((update) => update['version'] as number);
      expect(Math.min(...versions)).toBeGreaterThan(held['version']);
    });

    test.each([
      ['an unknown id', randomUUID()],
      ['what is no id at all', 'nobody'],
    ])('a job under %s is not found', async (_what, id) => {
      const answers = await Array.fromAsync(watchJob(own.app.graphql, transport, id));
      expect(answers).toMatchObject([{ errors: [{ extensions: { code: 'NOT_FOUND' } }] }]);
      expect(answers[0]!.errors![0]!.message).toContain(id);
      await eventually(() => expect(probe.listening).toBe(0));
    });

    test('a client that goes away in the middle leaves no listener behind', async () => {
      const { id, gate } = await startHeldJob();
      const updates = watchJob(own.app.graphql, transport, id);
      await updates.next();
      expect(probe.listening).toBe(1);
      await updates.return?.();
      await eventually(() => expect(probe.listening).toBe(0));
      gate.open();
      const [final] = (await followJob(own.app.graphql, transport, id)).slice(-1);
      expect(final).toMatchObject({ state: 'COMPLETED', attempt: 1 });
      await eventually(() => expect(probe.listening).toBe(0));
    });
  });
});

async function readAll(updates: ReturnType<typeof watchJob>): Promise<Record<string, any>[]> {
  return (await Array.fromAsync(updates)).map(getUpdate);
}
