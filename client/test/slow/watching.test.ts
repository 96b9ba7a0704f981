import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { useTestApp } from '../../../test/environment/app/use-test-app.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { startBatch } from '../../../test/environment/jobs/batches.ts';
import { readJob } from '../../../test/environment/jobs/jobs.ts';
import { click, expectShown, shown, usePages } from '../environment/use-pages.ts';
import { useSummaries } from '../environment/use-summaries.ts';

expectNoLeaks();

const { app, model } = useTestApp('embedded', { env: { PING_INTERVAL_MS: '1000' } });
const pages = usePages('watching.tsx', app);
const { subjects, startSummary, startWaiting, cancelJob } = useSummaries(app);

describe.each(['websocket', 'sse', 'poll'])('over %s', (transport) => {
  test('20 jobs that a tab watches over HTTP/1.1 leave it free for its other requests', async () => {
    const ids = await startWaiting(20);
    await using page = await pages.open({ transport, jobs: ids });
    for (const id of ids) await expectShown(page, id, 'DELAYED');
    await expectShown(page, 'wire', `live ${transport}`);
    for (const id of [ids[19]!, ids[0]!]) {
      const answer = page.waitForResponse(
        (response) => response.request().postData()?.includes('cancelJob') ?? false,
      );
      await click(page, `Cancel ${id}`);
      expect((await answer).ok()).toBe(true);
      await expectShown(page, id, 'CANCELED');
    }
  });

  test('what happens while the browser is offline is there when it is back', async () => {
    const [id] = await startWaiting(1);
    await using page = await pages.open({ transport, jobs: id! });
    await expectShown(page, id!, 'DELAYED');
    await pages.browser.setOffline(true);
    await expectShown(page, 'wire', 'offline');
    await cancelJob(id!);
    expect(await shown(page, id!).textContent()).toBe('DELAYED');
    await pages.browser.setOffline(false);
    await expectShown(page, id!, 'CANCELED');
    await expectShown(page, 'missed', /^[1-9]/);
  });

  test('what happens while the browser is stopped is there when it goes on', async () => {
    const gate = model.hold('/api/summarize');
    const id = await startSummary();
    await gate.reached();
    await using page = await pages.open({ transport, jobs: [id] });
    await expectShown(page, id, 'ACTIVE');
    await pages.whileStopped(async () => {
      gate.open();
      await eventually(async () =>
        expect(await readJob(app.graphql, id)).toMatchObject({ state: 'COMPLETED' }),
      );
      // The watchdog waits for 2.5 pings of a second.
      await pause(3_000);
    });
    await expectShown(page, id, 'COMPLETED');
  });
});

test('a batch is one row that follows all of its jobs, from the moment that it has an id', async () => {
  const gate = model.hold('/api/summarize');
  const { batch } = (await startBatch(app.graphql, {
    jobs: [{ summarizeVideo: subjects }, { summarizeVideo: { ...subjects, maxFrames: 8 } }],
  })) as { batch: { id: string } };
  await gate.reached();
  const subscriptions: string[] = [];
  await using page = await pages.open({ transport: 'websocket', batch: batch.id }, async (opened) =>
    opened.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => {
        subscriptions.push(...(/subscription (\w+)/.exec(String(payload))?.slice(1) ?? []));
      }),
    ),
  );
  await expectShown(page, 'wire', 'idle');
  expect(subscriptions).toEqual([]);
  await click(page, 'Toggle the batch');
  await expectShown(page, 'batch', /^RUNNING \d+$/);
  await click(page, 'Toggle the batch');
  await expectShown(page, 'batch', 'none');
  await click(page, 'Toggle the batch');
  await expectShown(page, 'batch', /^RUNNING \d+$/);
  expect(subscriptions).toEqual(['BatchUpdated']);
  gate.open();
  await expectShown(page, 'batch', 'COMPLETED 100');
});

test('a batch that does not exist is an error on every transport', async () => {
  const batch = '00000000-0000-7000-8000-000000000000';
  for (const transport of ['websocket', 'sse', 'poll']) {
    await using page = await pages.open({ transport, batch });
    await click(page, 'Toggle the batch');
    await expectShown(page, 'batch', 'NOT_FOUND');
  }
});

test('a component suspends until there is a result', async () => {
  const gate = model.hold('/api/summarize');
  const id = await startSummary();
  await gate.reached();
  await using page = await pages.open({ result: id });
  await expectShown(page, 'result', 'on its way');
  await expectShown(page, 'wire', /live/);
  gate.open();
  await expectShown(page, 'result', /[Hh]arbour|\w{4}/);
});

// urql-graphql/urql#3826
test('an error instead of a result is not kept: who asks again gets what there is by then', async () => {
  const [id] = await startWaiting(1);
  await using page = await pages.open({ result: id! });
  await expectShown(page, 'result', 'on its way');
  await cancelJob(id!);
  await expectShown(page, 'result', 'The job is CANCELED.');
  await app.graphql.request(`mutation ($id: ID!) { retryJob(id: $id) { __typename } }`, { id });
  const again = page.getByRole('button', { name: 'Ask again' });
  await eventually(async () => {
    if (await again.isVisible()) await again.click();
    expect(await shown(page, 'result').textContent()).not.toMatch(/on its way|CANCELED/);
  });
});

test('a row is rendered for the states of its own job alone', async () => {
  const [first, second] = await startWaiting(2);
  await using page = await pages.open({ jobs: [first!, second!] });
  await expectShown(page, first!, 'DELAYED');
  await expectShown(page, second!, 'DELAYED');
  const countRenders = async (id: string) => (await page.evaluate(() => window.renders))[id]!;
  const before = await countRenders(first!);
  await cancelJob(second!);
  await expectShown(page, second!, 'CANCELED');
  expect(await countRenders(first!)).toBe(before);
});

test('a job that has ended and is retried goes on in the row that shows it', async () => {
  const [id] = await startWaiting(1);
  await using page = await pages.open({ jobs: [id!] });
  await cancelJob(id!);
  await expectShown(page, id!, 'CANCELED');
  await click(page, `Retry ${id}`);
  await expectShown(page, id!, 'COMPLETED');
});

describe('in a worker', () => {
  const workers = usePages('worker.ts', app);

  test('a job is watched as in a page', async () => {
    const [id] = await startWaiting(1);
    await using page = await workers.open({ job: id! });
    await expectShown(page, 'states', 'DELAYED');
    await cancelJob(id!);
    await expectShown(page, 'states', 'DELAYED CANCELED');
  });
});
