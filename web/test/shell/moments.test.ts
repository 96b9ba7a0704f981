import { beforeAll, expect, test } from 'vitest';
import { accounts } from '../../../test/environment/access/credentials.ts';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { listAllViolations } from '../environment/axe.ts';
import { useConsole } from '../environment/console.ts';
import { findTexts, listEnglish } from '../environment/foreign-texts.ts';
import { listLayoutFaults } from '../environment/layout.ts';
import { moments, reachMoment, setUpMoments } from '../environment/moments.ts';
import type { Moments } from '../environment/moments.ts';

expectNoLeaks();

const { open, app, model } = useConsole('embedded', { env: accounts });

let of: Moments;
beforeAll(async () => {
  of = await setUpMoments(app.url, model);
});

const english = listEnglish();
const names = Object.keys(moments);

test.each(names)('axe finds nothing wrong with %s, and nothing is cut off', async (name) => {
  await using view = await reachMoment(open, moments[name]!, of);
  expect(await listAllViolations(view.page)).toEqual([]);
  await view.page.setViewportSize({ width: 360, height: 640 });
  expect(await listLayoutFaults(view.page)).toEqual([]);
});

test.each(names)('%s: in Arabic nothing of ours is English', async (name) => {
  await using view = await reachMoment(open, moments[name]!, of, 'ar');
  await view.page.locator('html[dir=rtl]').waitFor();
  expect(await findTexts(view.page, english)).toEqual([]);
});
