import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page, WebSocket } from 'playwright-core';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, startJob } from '../../../test/environment/jobs/jobs.ts';
import { useConsole } from '../environment/console.ts';
import { buildStrictConsole } from '../environment/strict-console.ts';
import type { StrictConsole } from '../environment/strict-console.ts';

expectNoLeaks();

const { open, app, model } = useConsole();

let strict: StrictConsole;
beforeAll(async () => {
  strict = await buildStrictConsole();
});
afterAll(() => strict[Symbol.asyncDispose]());

/** How many WebSockets a page has open, and what it has asked for over them that still runs. */
function watchSockets(page: Page) {
  const open = new Map<WebSocket, Set<string>>();
  page.on('websocket', (socket) => {
    const running = new Set<string>();
    open.set(socket, running);
    socket.on('close', () => open.delete(socket));
    const read = ({ payload }: { payload: string | Buffer }) => {
      const { type, id } = JSON.parse(String(payload)) as { type: string; id: string };
      if (type === 'subscribe') running.add(id);
      if (type === 'complete') running.delete(id);
    };
    socket.on('framesent', read);
    socket.on('framereceived', read);
  });
  return () => ({
    sockets: open.size,
    running: [...open.values()].reduce((sum, { size }) => sum + size, 0),
  });
}

test.each([
  ['as it is served', false],
  ['in StrictMode', true],
])(
  '%s, a job is followed from the list to its end, and nothing is asked for twice',
  async (_how, isStrict) => {
    const gate = model.hold('/api/summarize');
    const title = `Night shift ${isStrict}`;
    const input = await createSubjects(app.graphql, { title, path: `${isStrict}.mp4` });
    let count: ReturnType<typeof watchSockets>;
    await using view = await open('/settings', {
      prepare: async (page) => {
        count = watchSockets(page);
        if (isStrict) await strict.serveTo(page);
      },
    });
    const { page } = view;
    await page.getByText('live').first().waitFor();
    // What runs, for the title.
    expect(count!()).toEqual({ sockets: 1, running: 1 });

    await page.keyboard.press('g');
    await page.keyboard.press('j');
    await startJob(app.graphql, 'summarizeVideo', input);
    const row = page.getByRole('row', { name: title });
    await row.getByText('Running').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await row.focus();
    await page.keyboard.press('Enter');
    const panel = page.getByRole('complementary');
    await panel.getByText('Running', { exact: true }).waitFor();
    await panel.getByRole('link', { name: 'Open its page' }).click();
    await page.getByText(/live, version/).waitFor();
    gate.open();
    await page.getByRole('heading', { name: 'Summary', exact: true }).waitFor();
    await page.goBack();
    await row.getByText('Completed').waitFor();
    expect(await row.count()).toBe(1);

    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    // The list, and the figures of the queues beside it, are kept for a moment.
    const { sockets, running } = count!();
    expect(sockets).toBe(1);
    expect(running).toBeLessThanOrEqual(3);
    expect(view.problems).toEqual([]);
  },
);
