import { afterAll, beforeAll, expect, test } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { recordWorkers, removeWorker } from '../../src/queue/workers.ts';
import { startApiServer } from '../environment/app/api-server.ts';
import type { ApiServer } from '../environment/app/api-server.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { createGraphQLClient } from '../environment/clients/graphql-client.ts';
import { openSubscription } from '../environment/clients/open-subscription.ts';
import type { OpenSubscription } from '../environment/clients/open-subscription.ts';
import { insertTestJobs, readJobRow } from '../environment/jobs/insert-jobs.ts';

expectNoLeaks();

interface View {
  id: string;
  state: string;
  version: number;
  waiting?: { reason: string; message: string; until: string | null } | null;
}

const worker = { queue: 'video-summarization', name: 'one', host: 'here', concurrency: 1, busy: 0 };
const fields = 'id state version waiting { reason message until }';

const disposables = new AsyncDisposableStack();
let server: ApiServer;

beforeAll(async () => {
  server = disposables.use(await startApiServer('external', { staleAfterMs: 500 }));
});

afterAll(() => disposables.disposeAsync());

const watch = (selection: string) =>
  openSubscription<View>(server.url, 'sse', `subscription { ${selection} }`);

async function setPaused(verb: 'pause' | 'resume'): Promise<void> {
  const { request } = createGraphQLClient(server.url);
  await request(`mutation { ${verb}Queue(type: VIDEO_SUMMARIZATION) { paused } }`);
}

async function takeReason({ views }: OpenSubscription<View>, id: string, reason: string) {
  for (;;) {
    const view = await views.next();
    if (view.id === id && view.waiting?.reason === reason) return view;
  }
}

test('who selects why a job waits is told each new reason, and nobody else gets a version', async () => {
  const { db } = server.stack;
  const workerId = uuidv7();
  await recordWorkers(db, [{ id: workerId, ...worker }]);
  const [first, second] = await insertTestJobs(db, 2);
  const { id } = second!;
  const single = watch(`jobUpdated(id: "${id}") { ${fields} }`);
  const list = watch(`jobsUpdated { job { ${fields} } }`);
  const plain = watch(`jobUpdated(id: "${id}") { id state version }`);
  const all = [single, list];
  for (const each of all) {
    expect((await takeReason(each, id, 'POSITION')).waiting).toEqual({
      reason: 'POSITION',
      message: 'Place 2: 1 job of its owner goes before it.',
      until: null,
    });
  }
  expect(await plain.views.next()).toMatchObject({ version: 1 });

  await setPaused('pause');
  for (const each of all) {
    const { waiting } = await takeReason(each, id, 'QUEUE_PAUSED');
    expect(waiting!.message).toMatch(/^The queue has been paused since 20[-\dT:]+Z\./);
  }
  await removeWorker(db, workerId);
  await setPaused('resume');
  for (const each of all) await takeReason(each, id, 'NO_WORKER');
  await recordWorkers(db, [{ id: workerId, ...worker }]);
  for (const each of all) await takeReason(each, id, 'POSITION');
  for (const { views } of all) {
    const versions = views.all.filter((view) => view.id === id).map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
  }
  expect(plain.views.all).toHaveLength(1);
  // What waits without a change gets no versions.
  const { version } = await readJobRow(db, first!.id);
  expect(version).toBe(single.views.all.at(-1)!.version);
  await Promise.all([...all, plain].map(({ leave }) => leave()));
});
