import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, startJob } from '../../../test/environment/jobs/jobs.ts';
import { useConsole } from '../environment/console.ts';
import type { ConsoleView } from '../environment/console.ts';

expectNoLeaks();

const { open, app } = useConsole();

beforeAll(async () => {
  const { videoId, personaId } = await createSubjects(app.graphql, { title: 'Pier inspection' });
  await startJob(app.graphql, 'summarizeVideo', { videoId, personaId });
});

async function openPalette({ page }: ConsoleView) {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  return page.getByRole('combobox', { name: 'Go to a screen' });
}

test('the palette finds a job by a word, and opens it by keys alone', async () => {
  await using view = await open('/settings');
  const field = await openPalette(view);
  await field.fill('inspec');
  const option = view.page.getByRole('option', { name: 'Pier inspection' });
  await option.waitFor();
  expect(await option.getAttribute('aria-selected')).toBe('true');
  expect(await field.getAttribute('aria-activedescendant')).toBe(await option.getAttribute('id'));
  await view.page.keyboard.press('Enter');
  await view.page.waitForURL(/\/jobs\/[\da-f-]{36}$/);
  expect(view.problems).toEqual([]);
});

test('the arrows go round, Enter goes to a screen, and Escape closes', async () => {
  await using view = await open();
  const field = await openPalette(view);
  await field.fill('settings');
  await view.page.getByRole('option', { name: /^Settings/ }).waitFor();
  await view.page.keyboard.press('ArrowUp');
  await view.page.keyboard.press('ArrowDown');
  await view.page.keyboard.press('Enter');
  await view.page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  await openPalette(view);
  await view.page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
  expect(new URL(view.page.url()).pathname).toBe('/settings');
});

test('what nothing fits is said', async () => {
  await using view = await open('/settings');
  const field = await openPalette(view);
  await field.fill('zzzz');
  await view.page.getByText('Nothing found').waitFor();
  expect(await field.getAttribute('aria-activedescendant')).toBeNull();
});

test('a theme is chosen in the palette, and stays after a reload', async () => {
  await using view = await open();
  await (await openPalette(view)).fill('theme dark');
  await view.page.getByRole('option', { name: 'Theme: Dark' }).click();
  const theme = () => view.page.evaluate(() => document.documentElement.dataset['theme']);
  expect(await theme()).toBe('dark');
  await view.page.reload();
  expect(await theme()).toBe('dark');
});

test('? shows the keys of the screen, those of its rows among them, and g s goes to the settings', async () => {
  await using view = await open();
  await view.page.getByRole('row', { name: 'Pier inspection' }).waitFor();
  await view.page.keyboard.press('?');
  const dialog = view.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await dialog.getByText('Go to Settings').waitFor();
  const keysOf = async (label: string) => {
    const term = view.page.getByText(label, { exact: true });
    return dialog.locator('dl > div').filter({ has: term }).locator('kbd').allTextContents();
  };
  expect(await keysOf('Next job')).toEqual(['↓', 'J']);
  expect(await keysOf('Select down to the next job')).toEqual(['⇧', 'J']);
  expect(await keysOf('Select or unselect the job')).toEqual(['Space', 'X']);
  expect(await keysOf('Open the job beside the list, then on its own page')).toEqual(['↵']);
  // Keys of the page behind a dialog do nothing.
  await view.page.keyboard.type('gs');
  await view.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(new URL(view.page.url()).pathname).toBe('/');
  await view.page.keyboard.type('gs');
  await view.page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  expect(view.problems).toEqual([]);
});
