import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { registerFormat } from '../../../test/environment/jobs/detections.ts';
import { choose } from '../environment/forms.ts';
import { useConsole } from '../environment/console.ts';
import { realModel } from '../environment/run-job.ts';
import { whenPlayable } from '../environment/video.ts';

expectNoLeaks();

const { open, app } = useConsole('embedded', realModel);

beforeAll(async () => {
  await registerFormat(app.graphql, 'crossing-shapes.mp4');
});

test('boxes are drawn on the frame where tracking begins, and stand in the form as numbers', async () => {
  await using view = await open('/new?type=trackObjects');
  const { page } = view;
  await choose(page, 'Video', 'crossing');
  await page.getByLabel('Boxes that I give').check();
  await whenPlayable(page);
  const frame = page.getByTestId('draw-boxes');
  await frame.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await frame.boundingBox())!;
  const draw = async (from: number, to: number) => {
    await page.mouse.move(x + width * from, y + height * from);
    await page.mouse.down();
    await page.mouse.move(x + width * to, y + height * to, { steps: 3 });
    await page.mouse.up();
  };
  await draw(0.1, 0.3);
  // From the lower right corner it is the same.
  await draw(0.9, 0.6);
  expect(await frame.locator('rect').count()).toBe(2);
  const read = async (field: string, index: number) =>
    Number(await page.getByLabel(field, { exact: true }).nth(index).inputValue());
  expect(await read('Left', 0)).toBeCloseTo(0.1, 1);
  expect(await read('Width', 0)).toBeCloseTo(0.2, 1);
  expect(await read('Top', 1)).toBeCloseTo(0.6, 1);
  expect(await read('Height', 1)).toBeCloseTo(0.3, 1);
  expect(view.problems).toEqual([]);
});
