// Makes docs/console/*.webp: the console on the demo's real results. First: npm run demo -- --keep. Then: node web/scripts/screenshots.ts [url] [path of a Chromium]
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { findChromium } from '../../test/environment/programs/find-programs.ts';

const url = (process.argv[2] ?? 'http://127.0.0.1:4000').replace(/\/$/, '');
const folder = join(import.meta.dirname, '../../docs/console');
const quality = 82;

interface Shot {
  name: string;
  path: string;
  isDark?: boolean;
  isPhone?: boolean;
  /** Keys that are pressed first. */
  keys?: string;
  language?: 'ar';
  /** Where the video is, in seconds. */
  second?: number;
}

interface JobNode {
  id: string;
  type: string;
}

async function request<Data>(query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** Pages show results: of jobs without one, from an earlier run of this script too, they could not. */
async function listCompletedJobs(): Promise<JobNode[]> {
  const { jobs } = await request<{ jobs: { edges: { node: JobNode }[] } }>(
    '{ jobs(first: 50, filter: { states: [COMPLETED] }) { edges { node { id type } } } }',
  );
  return jobs.edges.map(({ node }) => node);
}

/** Jobs on a video whose file is not there, and one that begins tomorrow: pages are not only of what went well. */
async function startOthers(): Promise<void> {
  await request(`mutation {
    registerVideo(input: { id: "night-shift", title: "Night shift", path: "night-shift.mp4" }) { __typename }
  }`);
  const { personas } = await request<{ personas: { id: string }[] }>('{ personas { id } }');
  const input = { videoId: 'night-shift', personaId: personas[0]!.id };
  const start = `mutation ($input: SummarizeVideoInput!, $options: JobOptions) {
    summarizeVideo(input: $input, options: $options) { __typename }
  }`;
  for (const maxFrames of [10, 20]) await request(start, { input: { ...input, maxFrames } });
  await request('mutation { transcribeVideo(input: { videoId: "night-shift" }) { __typename } }');
  await request(start, { input, options: { delayMs: 86_400_000, tags: ['weekly'] } });
  const open = '{ jobs(filter: { states: [QUEUED, ACTIVE] }) { totalCount } }';
  while ((await request<{ jobs: { totalCount: number } }>(open)).jobs.totalCount > 0) {
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const jobs = await listCompletedJobs();
await startOthers();
function toJob(type: string): string {
  const job = jobs.find((it) => it.type === type);
  if (!job) throw new Error(`The demo has left no job of ${type} that is completed.`);
  return `/jobs/${job.id}`;
}

const summary = toJob('VIDEO_SUMMARIZATION');
const shots: Shot[] = [
  { name: 'jobs', path: '/' },
  { name: 'jobs-dark', path: '/', isDark: true },
  { name: 'jobs-phone', path: '/', isPhone: true },
  { name: 'jobs-arabic', path: '/', language: 'ar' },
  { name: 'summary', path: summary, second: 19 },
  { name: 'summary-phone', path: summary, isPhone: true },
  { name: 'claims', path: toJob('CLAIM_EXTRACTION') },
  { name: 'synthesis', path: toJob('CLAIM_SYNTHESIS') },
  { name: 'tracks', path: toJob('OBJECT_TRACKING'), isDark: true, second: 3 },
  { name: 'timeline', path: `${summary}/timeline` },
  { name: 'log', path: `${summary}/log` },
  { name: 'input', path: `${summary}/input` },
  { name: 'raw', path: `${summary}/raw` },
  { name: 'new-job', path: '/new' },
  { name: 'queues', path: '/queues' },
  { name: 'errors', path: '/errors' },
  { name: 'palette', path: '/', keys: 'Control+k' },
  { name: 'settings', path: '/settings' },
];

/** A picture as WebP, which the browser itself makes: a fifth of a PNG. */
async function capture(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality });
  await session.detach();
  return Buffer.from(data, 'base64');
}

const executablePath = process.argv[3] ?? findChromium();
if (executablePath === undefined) throw new Error('Please install Chromium, or say where it is.');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
await mkdir(folder, { recursive: true });
let total = 0;
for (const { name, path, isDark, isPhone, keys, language, second } of shots) {
  const page = await browser.newPage({
    viewport: isPhone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
    colorScheme: isDark ? 'dark' : 'light',
    locale: language ?? 'en',
  });
  await page.goto(`${url}${path}`);
  await page.getByRole('heading').first().waitFor();
  await page.waitForLoadState('networkidle');
  if (keys) await page.keyboard.press(keys);
  if (second !== undefined) {
    await page.locator('video').evaluate((video: HTMLVideoElement, to) => {
      video.currentTime = to;
    }, second);
  }
  // Fonts, frames of a video and transitions have come by then.
  await page.waitForTimeout(1_500);
  const image = await capture(page);
  total += image.length;
  await writeFile(join(folder, `${name}.webp`), image);
  await page.close();
}
await browser.close();
console.log(`${shots.length} pictures, ${Math.round(total / 1_000)} kB, in docs/console`);
