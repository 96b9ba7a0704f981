import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBaselineModel } from '../../src/stack/baseline-model.ts';
import { createTestStack, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { readWarnings, registerFormat, runDetection } from '../environment/jobs/detections.ts';
import { createSubjects, followJob, startJob } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const options = {
  host: '127.0.0.1',
  port: 0,
  token: 'a-token-of-ours',
  mediaRoot: new URL('../../samples', import.meta.url).pathname,
  stepDelayMs: 0,
  logger: silent,
};
test('a model service that cannot start says why', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await expect(startBaselineModel({ ...options, port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
    syscall: 'listen',
    port,
  });
  other.close();
});

/** Shapes that move, and where each of them is. */
const clip = 'crossing-shapes.mp4';
const truth = JSON.parse(await readFile(join(options.mediaRoot, 'crossing-shapes.json'), 'utf8'));

describe('with the baseline model, a job', () => {
  let mediaRoot: string;
  let stack: TestStack;
  let app: TestApp;

  beforeAll(async () => {
    mediaRoot = await mkdtemp(join(tmpdir(), 'baseline-media-'));
    const transcripts = join(import.meta.dirname, '../../baseline-model/test/transcripts');
    await copyFile(join(transcripts, 'only-music.vtt'), join(mediaRoot, 'only-music.vtt'));
    await writeFile(
      join(mediaRoot, 'talk.vtt'),
      'WEBVTT\n\n00:01.000 --> 00:00.500\nNot kept.\n\n00:02.000 --> 00:04.000\nThe bridge is open now.',
    );
    for (const name of ['only-music', 'talk'])
      await writeFile(join(mediaRoot, `${name}.mp4`), 'no video');
    await copyFile(join(options.mediaRoot, clip), join(mediaRoot, clip));
    stack = await createTestStack('embedded');
    app = await startTestApp({ stack, env: { MEDIA_ROOT: mediaRoot } });
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
    await rm(mediaRoot, { recursive: true });
  });

  async function run(mutation: string, input: object): Promise<Record<string, any>> {
    const { id } = await startJob(app.graphql, mutation, input);
    return (await followJob(app.graphql, 'sse', id)).at(-1)!;
  }

  const summarize = async (path: string) =>
    run('summarizeVideo', await createSubjects(app.graphql, { path }));

  test('whose transcript has no spoken words fails, and its client reads why', async () => {
    const job = await summarize('only-music.mp4');
    expect(job).toMatchObject({
      state: 'FAILED',
      attempt: 1,
      error: {
        code: 'INVALID_INPUT',
        message: expect.stringContaining('The transcript only-music.vtt has no spoken words'),
      },
    });
    expect(messagesOf(job)).toContain(
      'only-music.vtt: left out: cues without spoken words (lines 3, 6)',
    );
  });

  test('has in its log what was left out of the transcript', async () => {
    const job = await summarize('talk.mp4');
    expect(job['state']).toBe('COMPLETED');
    expect(messagesOf(job)).toContain(
      'talk.vtt: left out: cues that end before they begin (line 3)',
    );
  });

  test('detects what moves in a video, and says what cannot be recognized', async () => {
    const videoId = await registerFormat(app.graphql, clip, {});
    const frames = { range: { from: 0, to: 12, every: 4 } };
    const input = { videoId, query: 'moving object. person', frames };
    const job = await runDetection(app.graphql, input);
    expect(job['state']).toBe('COMPLETED');
    expect(job['result']).toMatchObject({
      width: 320,
      height: 180,
      frameCount: 3,
      unreadFrames: [],
      modelUsed: expect.stringContaining('fovea-baseline-1'),
      counts: [{ label: 'moving object' }],
    });
    expect(readWarnings(job)).toEqual([expect.stringContaining('cannot recognize “person”')]);
  });

  test('follows a shape to the end of a video', async () => {
    const videoId = await registerFormat(app.graphql, clip, {});
    const [{ objects }, ...later] = truth.frames;
    const circle = objects[3];
    const input = { videoId, objects: [{ label: 'ball', box: circle.box }] };
    const { id, state } = await run('trackObjects', input);
    expect(state).toBe('COMPLETED');
    const { job } = await app.graphql.request(
      `query ($id: ID!) { job(id: $id) { ... on ObjectTrackingJob { result { width height
        tracks { label frameCount keyframes { frameNumber box { x y } } } } } } }`,
      { id },
    );
    expect(job.result).toMatchObject({
      width: 320,
      height: 180,
      tracks: [{ label: 'ball', frameCount: 180 }],
    });
    for (const { frameNumber, box } of job.result.tracks[0].keyframes.slice(1)) {
      const { x, y } = later[frameNumber - 1].objects[3].box;
      expect(Math.hypot(box.x - x, box.y - y), `frame ${frameNumber}`).toBeLessThan(0.03);
    }
  });

  function messagesOf(job: Record<string, any>): string[] {
    return job['logs'].map(({ message }: { message: string }) => message);
  }
});
