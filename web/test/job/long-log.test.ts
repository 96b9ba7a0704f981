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
  await view.page.getByText('100000 lines').waitFor();
  await log.evaluate((box) => (box.scrollTop = box.scrollHeight));
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

test('a log of 100,000 lines is searched', async () => {
  await view.page.getByRole('searchbox').fill('segment 77770');
  await view.page.getByText('1 of 100000 lines').waitFor();
  await findLog().getByText('Segment 77770').waitFor();
  expect(view.problems).toEqual([]);
});
