import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { useTestApp } from '../../../test/environment/app/use-test-app.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { expectShown, usePages } from '../environment/use-pages.ts';
import { useSummaries } from '../environment/use-summaries.ts';

expectNoLeaks();

const { app } = useTestApp('embedded');
const pages = usePages('watching.tsx', app, { keepsPages: true });
const { startWaiting, cancelJob } = useSummaries(app);

test.each(['websocket', 'sse', 'poll'])(
  'what happens while the browser shows another page is there when somebody goes back (%s)',
  async (transport) => {
    const [id] = await startWaiting(1);
    await using page = await pages.open({ transport, jobs: id! });
    await expectShown(page, id!, 'DELAYED');
    await page.evaluate(() => {
      window.addEventListener('pageshow', ({ persisted }) => {
        document.body.dataset['kept'] = String(persisted);
      });
    });
    await page.goto(`${app.url}/livez`);
    await cancelJob(id!);
    // Playwright's own `goBack` waits for a page to load.
    await page.evaluate(() => setTimeout(() => history.back()));
    // The same page, not one that was loaded anew.
    await eventually(async () =>
      expect(await page.evaluate(() => document.body.dataset['kept'])).toBe('true'),
    );
    await expectShown(page, id!, 'CANCELED');
  },
);
