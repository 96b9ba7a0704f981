import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { createSubjects, startJob } from '../../../test/environment/jobs/jobs.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app } = useConsole();

test.each([-7_200_000, 7_200_000])(
  'on a machine whose clock is %d ms off, a job is as old as it is',
  async (offMs) => {
    const { id } = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
    await using view = await open(`/jobs/${id}`);
    await view.page.addInitScript((ms) => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + ms;
    }, offMs);
    await view.page.reload();
    await eventually(async () =>
      expect(await view.page.locator('time').first().textContent()).toMatch(/^(now|\d+\s?s ago)/),
    );
    expect(view.problems).toEqual([]);
  },
);
