import { describe, expect, test } from 'vitest';
import { applyJobUpdates } from '../../src/jobs/rows/update.ts';
import { publishJobs } from '../../src/pubsub/publish.ts';
import { stackKinds } from '../environment/app/app.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { insertTestJob } from '../environment/jobs/insert-jobs.ts';
import { eventually } from '../environment/eventually.ts';
import { active, completed, failed, toUpdates } from '../environment/jobs/job-changes.ts';
import type { JobChange } from '../environment/jobs/job-changes.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

describe.each(stackKinds)('on the %s stack', (kind) => {
  const server = useApiServer(kind);

  /** Has the words of a job's life so far become true, and announces the last of them. */
  async function live(jobId: string, words: readonly JobChange[]): Promise<void> {
    const { db, broker } = server.stack;
    for (const update of toUpdates(jobId, words)) {
      await publishJobs(broker, await applyJobUpdates(db, [update]));
    }
  }

  async function createJob(...words: JobChange[]): Promise<string> {
    const { id } = await insertTestJob(server.stack.db);
    await live(id, words);
    return id;
  }

  function poll(id: string, has?: string, init: RequestInit = {}): Promise<Response> {
    const headers: Record<string, string> = has === undefined ? {} : { 'if-none-match': has };
    return fetch(`${server.url}/api/jobs/${id}`, { headers, ...init });
  }

  async function expectUnchanged(answer: Response, version: number): Promise<void> {
    expect([answer.status, answer.headers.get('etag')]).toEqual([304, `"${version}"`]);
    expect(await answer.text()).toBe('');
  }

  async function expectVersion(answer: Response, version: number): Promise<void> {
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, `"${version}"`]);
    expect(await answer.json()).toMatchObject({ version });
  }

  test('a job that waits is described as the seed does, under its version', async () => {
    const id = await createJob();
    const answer = await poll(id);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    expect(await answer.json()).toEqual({
      jobId: id,
      type: 'VIDEO_SUMMARIZATION',
      state: 'queued',
      version: 1,
      progress: 0,
      stage: null,
      attempt: 0,
      data: {},
      result: null,
      error: null,
      errorCode: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      startedAt: null,
      completedAt: null,
    });
  });

  test('a job that failed says when it ended, and why', async () => {
    const id = await createJob(active(1, 40), failed);
    const job = await (await poll(id)).json();
    expect(job).toMatchObject({ state: 'failed', progress: 40, attempt: 1, result: null });
    expect(job).toMatchObject({ error: 'Vanished.', errorCode: 'STALLED' });
    expect(Date.parse(job.startedAt)).toBeLessThanOrEqual(Date.parse(job.completedAt));
  });

  test('an id counts in whatever case', async () => {
    const id = await createJob();
    expect(await (await poll(id.toUpperCase())).json()).toMatchObject({ jobId: id });
  });

  test.each(['*', '"2"', 'W/"2"', '"1", "2"', '"2", "9"', '"x", W/"1" , W/"2"'])(
    'who has %s of a job at version 2 is told that it has it',
    async (has) => expectUnchanged(await poll(await createJob(active(1, 5)), has), 2),
  );

  test.each(['"1"', '"3"', 'W/"1"', '"1", "3"', '"22"', '2', '"none"'])(
    'who has %s of a job at version 2 is sent it',
    async (has) => expectVersion(await poll(await createJob(active(1, 5)), has), 2),
  );

  test.each(['00000000-0000-4000-8000-000000000000', 'nobody', '', '%', '..%2f', "'"])(
    'there is no job under "%s"',
    async (id) => expect((await poll(id)).status).toBe(404),
  );

  test.each(['POST', 'PUT', 'DELETE', 'PATCH'])('%s is not served', async (method) => {
    const answer = await poll(await createJob(), undefined, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET']);
  });

  test.each(['soon', '-1', '25001', 'Infinity', 'NaN'])(
    'nobody waits for %s ms',
    async (waitMs) => {
      expect((await poll(`${await createJob()}?waitMs=${waitMs}`)).status).toBe(400);
    },
  );

  describe('with time to wait', () => {
    test('an answer comes as soon as there is a newer version', async () => {
      const id = await createJob();
      const answer = poll(`${id}?waitMs=20000`, '"1"');
      await eventually(() => expect(server.probe.listening).toBe(1));
      await live(id, [active(1, 5)]);
      await expectVersion(await answer, 2);
      await eventually(() => expect(server.probe.listening).toBe(0));
    });

    test('a poll that follows another misses nothing', async () => {
      const id = await createJob();
      const versions: number[] = [1];
      const ended = live(id, [active(1, 5), active(1, 6), active(1, 7), completed(1)]);
      for (let state = ''; state !== 'completed';) {
        const job = await (await poll(`${id}?waitMs=20000`, `"${versions.at(-1)}"`)).json();
        versions.push(job.version);
        state = job.state;
      }
      await ended;
      expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
      expect(versions.at(-1)).toBe(5);
    });

    test('an answer comes at once to who does not have the present version', async () => {
      const id = await createJob(active(1, 5));
      await expectVersion(await poll(`${id}?waitMs=20000`), 2);
      await expectVersion(await poll(`${id}?waitMs=20000`, '"1"'), 2);
    });

    test('an answer comes in time when there is nothing new', async () => {
      const id = await createJob();
      await expectUnchanged(await poll(`${id}?waitMs=200`, '"1"'), 1);
      await eventually(() => expect(server.probe.listening).toBe(0));
    });

    test('an answer comes at once of a job that is final', async () => {
      const id = await createJob(completed(1));
      await expectUnchanged(await poll(`${id}?waitMs=20000`, '"2"'), 2);
      expect(server.probe.listening).toBe(0);
    });

    test('a client that goes away in the middle leaves no listener', async () => {
      const departure = new AbortController();
      const { signal } = departure;
      const answer = poll(`${await createJob()}?waitMs=20000`, '"1"', {
        headers: { 'if-none-match': '"1"' },
        signal,
      });
      await eventually(() => expect(server.probe.listening).toBe(1));
      departure.abort();
      await expect(answer).rejects.toThrow(/abort/);
      await eventually(() => expect(server.probe.listening).toBe(0));
    });
  });

  test('a query by GET has a tag, by which it is not sent again', async () => {
    const id = await createJob(active(1, 5));
    const query = `{ job(id: "${id}") { state version } }`;
    const url = `${server.url}/graphql?query=${encodeURIComponent(query)}`;
    const get = (has = '') => fetch(url, { headers: { 'if-none-match': has } });
    const first = await get();
    const tag = first.headers.get('etag')!;
    expect(await first.json()).toEqual({ data: { job: { state: 'ACTIVE', version: 2 } } });
    for (const has of [tag, `W/${tag}`, `"other", ${tag}`]) {
      const again = await get(has);
      expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, tag, '']);
    }
    await live(id, [active(1, 5), active(1, 6)]);
    const changed = await get(tag);
    expect(changed.headers.get('etag')).not.toBe(tag);
    expect(await changed.json()).toEqual({ data: { job: { state: 'ACTIVE', version: 3 } } });
  });
});
