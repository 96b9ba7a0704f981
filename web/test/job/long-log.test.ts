import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, followJob, startJob } from '../../../test/environment/jobs/jobs.ts';
import { useConsole } from '../environment/console.ts';
import type { ConsoleView } from '../environment/console.ts';

expectNoLeaks();

const { open, app } = useConsole('embedded');

/** CPU time of the page for one step of scrolling, in ms: what a frame of 60 a second has. */
const frameMs = 16;

/** Makes the page hear a log that is longer than the server keeps one, as fast as it can take it. */
function logAtOnce(): void {
  const count = 100_000;
  const writeLine = (sequence: number) => ({
    sequence,
    at: '2026-03-01T12:00:00.000Z',
    level: sequence % 1_000 === 0 ? 'ERROR' : 'INFO',
    attempt: sequence < 60_000 ? 1 : 2,
    message: `Segment ${sequence}${sequence % 10 === 0 ? '\n  of two rows' : ''}`,
  });
  interface Message {
    type: string;
    id: string;
    payload: { query: string; variables: { after: number } };
  }
  window.WebSocket = class extends WebSocket {
    override send(data: string): void {
      const { type, id, payload } = JSON.parse(data) as Message;
      if (type !== 'subscribe' || !payload.query.includes('jobLogAdded')) return super.send(data);
      this.hearLines(id, payload.variables.after);
    }

    private hear(message: object): void {
      this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
    }

    private hearLines(id: string, after: number): void {
      const end = Math.min(count, after + 1_000);
      for (let sequence = after + 1; sequence <= end; sequence += 1) {
        const jobLogAdded = writeLine(sequence);
        this.hear({ id, type: 'next', payload: { data: { jobLogAdded } } });
      }
      if (end < count) setTimeout(() => this.hearLines(id, end));
      else this.hear({ id, type: 'complete' });
    }
  };
}

let view: ConsoleView & AsyncDisposable;

beforeAll(async () => {
  const { videoId } = await createSubjects(app.graphql);
  const { id } = await startJob(app.graphql, 'transcribeVideo', { videoId });
  await followJob(app.graphql, 'websocket', String(id));
  view = await open('/settings');
  await view.page.addInitScript(logAtOnce);
  await view.page.goto(`${app.url}/jobs/${id}/log`);
});

afterAll(() => view[Symbol.asyncDispose]());

const findLog = () => view.page.getByRole('log', { name: 'Lines of the log' });

test('a log of 100,000 lines comes as a whole, and few of its lines are in the page', async () => {
  const log = findLog();
  // Whoever is at its end while lines come stays there.
  await log.getByText('Segment 1', { exact: true }).waitFor();
  await log.evaluate((box) => (box.scrollTop = box.scrollHeight));
  await view.page.getByText('100000 lines').waitFor();
  await log.getByText('Segment 100000').waitFor();
  expect(await log.getByRole('listitem').count()).toBeLessThan(200);
});

test('a log of 100,000 lines is scrolled at 60 frames a second', async () => {
  const devtools = await view.page.context().newCDPSession(view.page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const readCpuMs = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return 1_000 * metrics.find(({ name }) => name === 'TaskDuration')!.value;
  };
  const before = await readCpuMs();
  const steps = 60;
  await findLog().evaluate(async (box, frames) => {
    for (let step = 0; step < frames; step += 1) {
      box.scrollTop = (box.scrollHeight * step) / frames;
      await new Promise(requestAnimationFrame);
    }
  }, steps);
  const stepMs = ((await readCpuMs()) - before) / steps;
  expect(stepMs).toBeLessThan(frameMs);
});

test('a log of 100,000 lines is followed at its end, held when somebody scrolls away, and followed again', async () => {
  const log = findLog();
  const end = log.getByText('Segment 100000');
  await log.evaluate((box) => (box.scrollTop = box.scrollHeight / 2));
  await end.waitFor({ state: 'detached' });
  await view.page.getByRole('button', { name: 'Newest lines' }).click();
  await end.waitFor();
  await view.page.getByRole('combobox', { name: 'Order' }).selectOption('Newest first');
  await log.getByRole('listitem').nth(1).getByText('Segment 100000').waitFor();
  await view.page.getByRole('combobox', { name: 'Order' }).selectOption('Oldest first');
  expect(view.problems).toEqual([]);
});

test('a log of 100,000 lines is taken as a whole: as text, and as a file', async () => {
  const { page } = view;
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  const file = Buffer.concat(
    (await Array.fromAsync(await download.createReadStream())) as Buffer[],
  ).toString();
  const lines = file.split('\n').filter((line) => line.startsWith('2026-'));
  expect(lines).toHaveLength(100_000);
  expect(lines.at(-1)).toBe('2026-03-01T12:00:00.000Z ERROR Segment 100000');
  await page.evaluate(() => {
    Object.assign(navigator.clipboard, {
      writeText: async (text: string) => void Object.assign(globalThis, { copied: text }),
    });
  });
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await page.getByText('Copied').first().waitFor();
  const copied = await page.evaluate(() => (globalThis as unknown as { copied: string }).copied);
  expect(copied).toBe(file);
});

test('a log of 100,000 lines is searched', async () => {
  await view.page.getByRole('searchbox').fill('segment 77770');
  await view.page.getByText('1 of 100000 lines').waitFor();
  await findLog().getByText('Segment 77770').waitFor();
  expect(view.problems).toEqual([]);
});
