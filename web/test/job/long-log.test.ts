import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, followJob, startJob } from '../../../test/environment/jobs/jobs.ts';
import { useConsole } from '../environment/console.ts';
import { hearLongLog } from '../environment/long-log.ts';
import type { ConsoleView } from '../environment/console.ts';

expectNoLeaks();

const { open, app } = useConsole('embedded');

let view: ConsoleView & AsyncDisposable;

beforeAll(async () => {
  const { videoId } = await createSubjects(app.graphql);
  const { id } = await startJob(app.graphql, 'transcribeVideo', { videoId });
  await followJob(app.graphql, 'websocket', String(id));
  view = await open('/settings');
  await view.page.addInitScript(hearLongLog);
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

test('a log of 100,000 lines is searched', async () => {
  await view.page.getByRole('searchbox').fill('segment 77770');
  await view.page.getByText('1 of 100000 lines').waitFor();
  await findLog().getByText('Segment 77770').waitFor();
  expect(view.problems).toEqual([]);
});
