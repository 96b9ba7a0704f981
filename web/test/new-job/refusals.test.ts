import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects } from '../../../test/environment/jobs/jobs.ts';
import { choose, readProblem } from '../environment/forms.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app } = useConsole();

beforeAll(async () => {
  await createSubjects(app.graphql);
});

test('what the schema does not allow is said at its field before anything is sent', async () => {
  await using view = await open('/new?type=summarizeVideo');
  const { page } = view;
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.postData() ?? ''));
  await page.getByLabel('Frames at most').fill('101');
  await page.getByLabel('Frames per second').fill('often');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByText('4 fields are not right yet.').waitFor();
  expect(await readProblem(page, 'Video')).toBe('Choose one.');
  expect(await readProblem(page, 'Persona')).toBe('Choose one.');
  const wholeNumber = (max: number) => `Must be a whole number from 1 to ${max}.`;
  expect(await readProblem(page, 'Frames at most')).toBe(wholeNumber(100));
  expect(await readProblem(page, 'Frames per second')).toBe(wholeNumber(10));
  // The first that is wrong has the focus.
  expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('combobox');
  expect(sent.filter((body) => body.includes('mutation'))).toEqual([]);
  expect(view.problems).toEqual([]);
});

test('what only the server knows is said at its field, too', async () => {
  await using view = await open('/new?type=summarizeVideo&video=nowhere');
  const { page } = view;
  await choose(page, 'Persona', 'Analyst');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByText('One field is not right yet.').waitFor();
  expect(await readProblem(page, 'Video')).toBe('There is no video with the id "nowhere".');
  await page.getByLabel('Language of the audio track').fill('english language');
  await page.getByText('How to run it').click();
  await page.getByLabel('Tags').fill('x'.repeat(51));
  await page.getByLabel('Expires if not started by').fill('2020-01-01T00:00');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByText('One field is not right yet.').waitFor();
  expect(await readProblem(page, 'Tags')).toBe('Must have at most 50 characters.');
  await page.getByLabel('Tags').fill('harbour');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByText('Must be a language tag').waitFor();
  expect(await readProblem(page, 'Language of the audio track')).toMatch(/^Must be a language tag/);
  expect(await readProblem(page, 'Expires if not started by')).toMatch(/^Must be/);
  expect(view.problems).toEqual([]);
});

test('what does not fit together is said where the server names it', async () => {
  await using view = await open('/new?type=trackObjects');
  const { page } = view;
  await choose(page, 'Video', 'Harbour news');
  await page.getByLabel('Boxes that I give').check();
  await page.getByLabel('Name').fill('ship');
  for (const field of ['Left', 'Top', 'Width', 'Height']) await page.getByLabel(field).fill('0.9');
  await page.getByLabel('Start (seconds)').fill('5');
  await page.getByLabel('End (seconds)').fill('1');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('alert').waitFor();
  expect(await readProblem(page, 'End (seconds)')).toBe('Must not be before `startSeconds`.');
  await page.getByRole('button', { name: 'Remove No. 1' }).click();
  await page.getByLabel('End (seconds)').fill('9');
  expect(view.problems).toEqual([]);
});

test('a video and a persona that are not there yet are made without leaving the form', async () => {
  await using view = await open('/new?type=summarizeVideo');
  const { page } = view;
  const video = page.getByRole('combobox', { name: 'Video' });
  await video.fill('Quay at night');
  await page.getByRole('option', { name: 'Register a new video' }).click();
  const dialog = page.getByRole('dialog', { name: 'Register a video' });
  expect(await dialog.getByLabel('Title').inputValue()).toBe('Quay at night');
  await dialog.getByLabel('Path or URL').fill('../secret.mp4');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('alert').waitFor();
  expect(await readProblem(page, 'Path or URL')).not.toBeNull();
  await dialog.getByLabel('Path or URL').fill('quay.mp4');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Remove Quay at night' }).waitFor();
  await page.getByRole('combobox', { name: 'Persona' }).fill('Harbour pilot');
  await page.getByRole('option', { name: 'Create a new persona' }).click();
  const second = page.getByRole('dialog', { name: 'Create a persona' });
  await second.getByLabel('Role').fill('Pilot');
  await second.getByLabel('What it wants to know').fill('Where the ships are.');
  await second.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Remove Harbour pilot' }).waitFor();
  expect(view.problems).toEqual([]);
});
