// Measures the console in Chromium against a server that has served the demo: node web/scripts/measure.ts [url] [seconds] [path of a Chromium]
// How soon the first screen is there, and what the main thread does while 50 updates a second arrive.
import { chromium } from 'playwright-core';
import { findChromium } from '../../test/environment/programs/find-programs.ts';

const [url = 'http://127.0.0.1:4000', secondsText = '10'] = process.argv.slice(2);
const seconds = Number(secondsText);
const updatesPerSecond = 50;
const jobCount = 50;

async function ask<Data>(query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as {
    data: Data;
    errors?: { message: string }[];
  };
  if (errors) throw new Error(errors[0]!.message);
  return data;
}

/** Jobs that wait, as their queue is paused: only what this script does changes them. */
async function startWaitingJobs(): Promise<string[]> {
  const { videos, personas } = await ask<{
    videos: { edges: { node: { id: string } }[] };
    personas: { id: string }[];
  }>('{ videos(first: 1) { edges { node { id } } } personas { id } }');
  const input = { videoId: videos.edges[0]!.node.id, personaId: personas[0]!.id };
  await ask('mutation { pauseQueue(type: VIDEO_SUMMARIZATION) { type } }');
  const start = `mutation ($input: SummarizeVideoInput!) {
    summarizeVideo(input: $input) { ... on SummarizeVideoPayload { job { id } } } }`;
  const started = Array.from({ length: jobCount }, () =>
    ask<{ summarizeVideo: { job: { id: string } } }>(start, { input }),
  );
  return (await Promise.all(started)).map(({ summarizeVideo }) => summarizeVideo.job.id);
}

/** Changes one job after the other, evenly. */
async function changeJobs(ids: readonly string[]): Promise<void> {
  const change = `mutation ($id: ID!, $priority: JobPriority!) {
    setJobPriority(id: $id, priority: $priority) { __typename } }`;
  const sent: Promise<unknown>[] = [];
  const beganAt = performance.now();
  for (let index = 0; index < seconds * updatesPerSecond; index += 1) {
    const dueAt = beganAt + (index * 1_000) / updatesPerSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())));
    const priority = Math.floor(index / ids.length) % 2 === 0 ? 'LOW' : 'NORMAL';
    sent.push(ask(change, { id: ids[index % ids.length]!, priority }));
  }
  await Promise.all(sent);
}

const executablePath = process.argv[4] ?? findChromium();
if (executablePath === undefined) throw new Error('Please install Chromium, or say where it is.');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const ids = await startWaitingJobs();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  let frames = 0;
  page.on('websocket', (socket) => socket.on('framereceived', () => (frames += 1)));
  await page.addInitScript(() => {
    const seen = { lcpMs: 0, tasks: [] as number[] };
    Object.assign(globalThis, { seen });
    const observe = (type: string, take: (entry: PerformanceEntry) => void) =>
      new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
        type,
        buffered: true,
      });
    observe('largest-contentful-paint', ({ startTime }) => (seen.lcpMs = startTime));
    observe('longtask', ({ duration }) => seen.tasks.push(duration));
  });
  const read = () =>
    page.evaluate(
      () => (globalThis as unknown as { seen: { lcpMs: number; tasks: number[] } }).seen,
    );
  // The first load warms the server; the best of three is the page's own time.
  const loads: number[] = [];
  for (let load = 0; load < 3; load += 1) {
    await page.goto(url);
    await page.getByText('live').first().waitFor();
    await page.waitForLoadState('networkidle');
    loads.push((await read()).lcpMs);
  }
  const before = (await read()).tasks.length;
  const framesBefore = frames;
  await changeJobs(ids);
  const tasks = (await read()).tasks.slice(before);
  console.log(`largest contentful paint: ${loads.map((ms) => Math.round(ms)).join(', ')} ms`);
  console.log(`frames received: ${((frames - framesBefore) / seconds).toFixed(0)} a second`);
  console.log(
    `tasks over 50 ms: ${tasks.length}; the longest: ${Math.round(Math.max(0, ...tasks))} ms`,
  );
} finally {
  await browser.close();
  await ask('mutation { cancelJobs(filter: { states: [QUEUED] }) { __typename } }');
  await ask('mutation { resumeQueue(type: VIDEO_SUMMARIZATION) { type } }');
}
