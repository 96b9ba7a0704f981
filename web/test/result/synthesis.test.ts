import { beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects } from '../../../test/environment/jobs/jobs.ts';
import { listAllViolations } from '../environment/axe.ts';
import { useConsole } from '../environment/console.ts';
import { completeJob, realModel } from '../environment/run-job.ts';
import { expectTime, whenPlayable } from '../environment/video.ts';

expectNoLeaks();

const { open, app } = useConsole('embedded', realModel);
let job: string;

beforeAll(async () => {
  const summaryIds: string[] = [];
  for (const video of [
    { title: 'Harbour news', path: 'harbour-news.mp4' },
    { title: 'Bees', path: 'bee-interview.webm' },
  ]) {
    const informationNeed = 'what the bridge cost, and whether the east pier is safe for visitors';
    const subjects = await createSubjects(app.graphql, video, { informationNeed });
    const input = { ...subjects, enableAudio: true };
    const { resultId: summaryId } = await completeJob(app.graphql, 'summarizeVideo', input);
    await completeJob(app.graphql, 'extractClaims', { summaryId, strategy: 'HIERARCHICAL' });
    summaryIds.push(summaryId);
  }
  const input = { summaryIds, includeCitations: true };
  ({ id: job } = await completeJob(app.graphql, 'synthesizeClaims', input));
});

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

test('a statement leads to the second of the video in which it is said, whichever source it is of', async () => {
  await using view = await open(`/jobs/${job}`);
  const { page } = view;
  await whenPlayable(page);
  const text = part(page, 'Synthesis');
  await text.getByRole('link', { name: /^Mayor Elin Dahl opened the bridge/ }).click();
  await expectTime(page, 15.6, 0.5);
  await text.getByRole('link', { name: /^The university has paid for 500/ }).click();
  await page.getByRole('region', { name: 'Video: Bees' }).waitFor();
  await whenPlayable(page);
  const moment = Number(new URL(page.url()).searchParams.get('at'));
  expect(moment).toBeGreaterThan(1);
  await expectTime(page, moment);
  // Back to the first source, by its marker.
  await text.getByRole('link', { name: '[1]' }).first().click();
  await page.getByRole('region', { name: 'Video: Harbour news' }).waitFor();
  expect(view.problems).toEqual([]);
});

test('claims that contradict each other are side by side, each with where it is said', async () => {
  await using view = await open(`/jobs/${job}`);
  const { page } = view;
  await whenPlayable(page);
  const conflict = part(page, 'Conflicts').getByRole('listitem').filter({ hasText: '63 million' });
  const sides = conflict.getByRole('blockquote');
  expect(await sides.allTextContents()).toEqual([
    'The new bridge cost 48 million euros, the city council says.',
    'According to auditor Petra Lindqvist, the bridge cost 63 million euros.',
  ]);
  await conflict.getByText('the figures differ').waitFor();
  const [first, second] = await Promise.all([
    sides.first().boundingBox(),
    sides.last().boundingBox(),
  ]);
  expect(Math.abs(first!.y - second!.y)).toBeLessThan(2);
  await conflict.getByRole('link', { name: '1:04' }).click();
  await expectTime(page, 64.8, 0.5);
  expect(view.problems).toEqual([]);
});

test('nothing of it is out of reach, in both themes, on a desktop and on a phone', async () => {
  await using view = await open(`/jobs/${job}?at=64.8`);
  await whenPlayable(view.page);
  expect(await listAllViolations(view.page)).toEqual([]);
});
