import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { useTestApp } from '../../../test/environment/app/use-test-app.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { readJob } from '../../../test/environment/jobs/jobs.ts';
import { expectShown, shown, usePages } from '../environment/use-pages.ts';
import { useSummaries } from '../environment/use-summaries.ts';

expectNoLeaks();

/** Apollo and urql in a page in strict mode, each with this package's link or exchange. */
const { app, model } = useTestApp('embedded', { env: { PING_INTERVAL_MS: '1000' } });
const pages = usePages('caches.tsx', app);
const { startSummary, startWaiting, cancelJob } = useSummaries(app);

describe.each(['apollo', 'urql'])('%s', (client) => {
  test('20 subscriptions over one WebSocket each show their job, and leave the tab free', async () => {
    const ids = await startWaiting(20);
    const sockets: string[] = [];
    await using page = await pages.open(
      { client, transport: 'websocket', jobs: ids },
      async (opened) => opened.on('websocket', (socket) => sockets.push(socket.url())),
    );
    for (const id of ids) await expectShown(page, id, 'DELAYED');
    expect(sockets).toHaveLength(1);
    const answer = await page.evaluate(async () => (await fetch('/graphql?query={__typename}')).ok);
    expect(answer).toBe(true);
    await cancelJob(ids[19]!);
    await expectShown(page, ids[19]!, 'CANCELED');
    expect(await shown(page, ids[0]!).textContent()).toBe('DELAYED');
  });

  describe.each(['websocket', 'sse'])('over %s', (transport) => {
    test('what happens while the browser is offline is there when it is back', async () => {
      const [id] = await startWaiting(1);
      await using page = await pages.open({ client, transport, jobs: id! });
      await expectShown(page, id!, 'DELAYED');
      await pages.browser.setOffline(true);
      await cancelJob(id!);
      await pages.browser.setOffline(false);
      await expectShown(page, id!, 'CANCELED');
    });

    test('what happens while the browser is stopped is there when it goes on', async () => {
      const gate = model.hold('/api/summarize');
      const id = await startSummary();
      await gate.reached();
      await using page = await pages.open({ client, transport, jobs: id });
      await expectShown(page, id, 'ACTIVE');
      await pages.whileStopped(async () => {
        gate.open();
        await eventually(async () =>
          expect(await readJob(app.graphql, id)).toMatchObject({ state: 'COMPLETED' }),
        );
        // Silence is taken for a dead connection after 2.5 pings of a second.
        await pause(3_000);
      });
      await expectShown(page, id, 'COMPLETED');
    });
  });
});
