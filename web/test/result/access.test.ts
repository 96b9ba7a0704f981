import { beforeAll, expect, test } from 'vitest';
import { accounts, createTicket, signIn } from '../../../test/environment/access/credentials.ts';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createGraphQLClient } from '../../../test/environment/clients/graphql-client.ts';
import { createSubjects } from '../../../test/environment/jobs/jobs.ts';
import { useConsole } from '../environment/console.ts';
import { completeJob } from '../environment/run-job.ts';
import { expectTime, whenPlayable } from '../environment/video.ts';

expectNoLeaks();

const { open, app } = useConsole('embedded', { env: accounts });
let job: string;
let ticket: string;
let claimsLink: string;

beforeAll(async () => {
  const ann = createGraphQLClient(app.url, await signIn('ann'));
  const subjects = await createSubjects(ann);
  const input = { ...subjects, enableAudio: true };
  const summary = await completeJob(ann, 'summarizeVideo', input);
  const claims = await completeJob(ann, 'extractClaims', { summaryId: summary.resultId });
  job = summary.id;
  ticket = await createTicket(ann, job);
  claimsLink = `/jobs/${claims.id}#ticket=${await createTicket(ann, claims.id)}`;
});

/** Chromium reports every answer with 401 or 403 as an error of the page. */
const withoutRefusals = (problems: readonly string[]) =>
  problems.filter((problem) => !/40[13]/.test(problem));

test('whoever has signed in sees the video, and no token of theirs is in its address', async () => {
  await using view = await open(`/jobs/${job}`);
  const { page, problems } = view;
  const token = await signIn('ann');
  await page.getByLabel('Key or token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await whenPlayable(page);
  const source = await page.locator('video').evaluate((it: HTMLVideoElement) => it.currentSrc);
  expect(source).not.toContain(token);
  expect(withoutRefusals(problems)).toEqual([]);
});

test('whoever was sent a link sees the result with its video, also after a reload', async () => {
  await using view = await open(`/jobs/${job}#ticket=${ticket}`);
  const { page, problems } = view;
  await whenPlayable(page);
  await page.getByRole('slider', { name: 'Time in the video' }).press('PageUp');
  await expectTime(page, 30);
  const line = page.getByRole('region', { name: 'Transcript' }).getByRole('listitem').last();
  await line.getByRole('button').click();
  expect(new URL(page.url()).searchParams.has('at')).toBe(true);
  await page.reload();
  await whenPlayable(page);
  expect(withoutRefusals(problems)).toEqual([]);
});

test('a link to claims shows them and the video, and not the summary, which is of another job', async () => {
  await using view = await open(claimsLink);
  const { page, problems } = view;
  await whenPlayable(page);
  await page.getByRole('region', { name: 'Claims' }).getByRole('listitem').first().waitFor();
  expect(await page.getByRole('region', { name: 'Summary', exact: true }).count()).toBe(0);
  expect(withoutRefusals(problems)).toEqual([]);
});
