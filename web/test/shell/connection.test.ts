import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { createSubjects, startJob } from '../../../test/environment/jobs/jobs.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app, model } = useConsole();

const summaryPath = '/api/summarize';

test('the page says which version it shows, and after an interruption what it has caught up', async () => {
  const gate = model.hold(summaryPath);
  const job = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
  await using view = await open(`/jobs/${job['id']}`);
  await view.page.getByText(/live, version \d+/).waitFor();
  await view.page.context().setOffline(true);
  await view.page
    .getByText(/offline since/)
    .first()
    .waitFor();
  gate.open();
  await view.page.context().setOffline(false);
  const told = view.page.getByRole('status').getByText(/caught up/);
  expect(await told.textContent()).toMatch(/^caught up \d+ versions? after \d+ s$/);
  await view.page.getByText(/live, version \d+/).waitFor();
});

test('what could not be read without a connection is asked for again when it is back', async () => {
  const gate = model.hold(summaryPath);
  const job = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
  await gate.reached();
  await using view = await open(`/jobs/${job['id']}/timeline`);
  const { page } = view;
  const attempt = page.getByRole('main').getByText('Attempt 1');
  await attempt.waitFor();
  await page.getByRole('tab', { name: 'Result' }).click();
  await page.context().setOffline(true);
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await page.getByRole('alert').getByText('The server cannot be reached.').waitFor();
  await page.context().setOffline(false);
  await attempt.waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
  gate.open();
});

test('a console that finds no server says so, and goes on by itself once there is one', async () => {
  await using view = await open('/settings', {
    prepare: async (page) => {
      await page.route('**/graphql', (route) => route.abort());
    },
  });
  const { page } = view;
  await page.getByRole('heading', { name: 'The server cannot be reached.' }).waitFor();
  await page.unroute('**/graphql');
  await page.context().setOffline(true);
  await page.context().setOffline(false);
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('the title and the icon show how far a job is, and that it has ended', async () => {
  const gate = model.hold(summaryPath);
  const job = await startJob(
    app.graphql,
    'summarizeVideo',
    await createSubjects(app.graphql, { title: 'Quay', path: 'quay.mp4' }),
  );
  await using view = await open(`/jobs/${job['id']}`);
  const icon = () => view.page.locator('link[rel=icon]').getAttribute('href');
  await eventually(async () =>
    expect(await view.page.title()).toMatch(/^\d+ % · Quay · fovea-jobs$/),
  );
  expect(await icon()).toMatch(/^blob:/);
  const whileRunning = await icon();
  gate.open();
  await eventually(async () =>
    expect(await view.page.title()).toBe('Completed · Quay · fovea-jobs'),
  );
  expect(await icon()).not.toBe(whileRunning);
  expect(view.problems).toEqual([]);
});

test('what has ended while the page is hidden is told, by a click that somebody made', async () => {
  const gate = model.hold(summaryPath);
  await using view = await open('/settings');
  // What the browser shows outside of the page is not the page's: it is recorded where the page asks for it.
  await view.page.evaluate(() => {
    const shown: string[] = [];
    Object.assign(globalThis, { shown });
    Object.defineProperty(document, 'hidden', { value: true });
    class Recorder extends EventTarget {
      static permission = 'granted';
      static requestPermission = async () => 'granted';
      constructor(title: string, { body }: { body: string }) {
        super();
        shown.push(`${title}: ${body}`);
      }
    }
    Object.assign(globalThis, { Notification: Recorder });
  });
  await view.page.getByLabel('Tell me when a job ends').check();
  await startJob(
    app.graphql,
    'summarizeVideo',
    await createSubjects(app.graphql, { title: 'Dock', path: 'dock.mp4' }),
  );
  await eventually(async () => expect(await view.page.title()).toBe('1 running · fovea-jobs'));
  gate.open();
  await eventually(async () =>
    expect(
      await view.page.evaluate(() => (globalThis as unknown as { shown: string[] }).shown),
    ).toEqual(['Dock: Summary: Completed']),
  );
});
