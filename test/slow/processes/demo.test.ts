import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestStack } from '../../environment/app/app.ts';
import type { TestStack } from '../../environment/app/app.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

const root = join(import.meta.dirname, '../../..');
/** Node, PGlite and a language model have to load, each time and on a busy machine too. */
const withinMs = 90_000;

let stack: TestStack;
let folder: string;
beforeAll(async () => {
  stack = await createTestStack('embedded');
  folder = await mkdtemp(join(tmpdir(), 'fovea-demo-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await stack[Symbol.asyncDispose]();
});

/** `node src/main.ts …` as a process of its own, whose output is no terminal. */
function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...args], {
    cwd: folder,
    env: {
      MODEL_STEP_DELAY_MS: '10',
      LOG_LEVEL: 'error',
      PORT: '0',
      ...stack.env,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = closed.then(([code]: unknown[]) => ({ code, stdout, stderr }));
  return {
    ended,
    /** The part of the output that the pattern's first group takes, once it is there. */
    printed: (pattern: RegExp) =>
      eventually(
        () => pattern.exec(stdout)?.[1] ?? expect.fail(`no ${pattern} in ${stdout}${stderr}`),
        { withinMs },
      ),
    stop: () => child.kill('SIGTERM'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

async function run(args: string[], env?: Record<string, string>) {
  await using command = start(args, env);
  return await command.ended;
}

test(
  'the sample becomes a summary, claims with their confidence, and a synthesis',
  { timeout: withinMs },
  async () => {
    const { code, stdout, stderr } = await run(['demo']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const job of ['Summarize', 'Extract claims', 'Synthesize']) {
      const percents = [...stdout.matchAll(new RegExp(`^${job} +(\\d+) %  \\S`, 'gm'))].map(
        (line) => Number(line[1]),
      );
      expect(percents.length).toBeGreaterThan(2);
      expect(percents).toEqual(percents.toSorted((a, b) => a - b));
      expect(percents.at(-1)).toBe(100);
    }
    expect(stdout).toMatch(/^Summary\n {2}\w.*bridge/m);
    expect(stdout).toMatch(/^ {2}0\.\d\d {2}\w.*bridge/m);
    expect(stdout, 'a subclaim').toMatch(/^ {8}0\.\d\d {2}\w/m);
    expect(stdout).toMatch(/^Synthesis of \d+ claims, \d+ conflicts\n {2}\S/m);
    expect(stdout).toMatch(/^GraphiQL was at http:\/\/127\.0\.0\.1:\d+\/graphql/m);
  },
);

test(
  'a video of one’s own is read by the transcript beside it, for a persona of one’s own',
  { timeout: withinMs },
  async () => {
    await copyFile(join(root, 'samples/harbour-news.mp4'), join(folder, 'talk.mp4'));
    const cue = (second: number, text: string) =>
      `00:00:0${second}.000 --> 00:00:0${second + 1}.000\n${text}\n`;
    const cues = [
      cue(1, 'The lighthouse keeper counted 412 owls in the winter.'),
      cue(3, 'The keeper painted the tower white in the spring.'),
      cue(5, 'Eleven owls carry a ring of steel.'),
    ];
    await writeFile(join(folder, 'talk.vtt'), ['WEBVTT\n', ...cues].join('\n'));
    const { code, stdout } = await run([
      'demo',
      'talk.mp4',
      '--persona',
      'Ornithologist: how many owls there are',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('Video: talk (talk.mp4)');
    expect(stdout).toContain('For: Ornithologist (how many owls there are)');
    expect(stdout).toMatch(
      /^ {2}0\.\d\d {2}The lighthouse keeper counted 412 owls in the winter\./m,
    );
  },
);

test(
  'without a transcript, or without a video, it says what to do',
  { timeout: withinMs },
  async () => {
    const video = join(folder, 'silent.mp4');
    await copyFile(join(root, 'samples/harbour-news.mp4'), video);
    const silent = await run(['demo', video]);
    expect(silent.code).toBe(1);
    expect(silent.stderr).toContain(`There is no transcript beside ${video}.`);
    expect(silent.stderr).toContain('put silent.vtt or silent.srt into that folder');
    const missing = await run(['demo', 'missing.mp4']);
    expect(missing).toMatchObject({
      code: 1,
      stderr: `There is no video at ${join(folder, 'missing.mp4')}.\n`,
    });
  },
);

test('a job that fails ends it with the reason', { timeout: withinMs }, async () => {
  await using service = await startFakeModelService();
  service.answer('/api/extract-claims', { status: 403, json: { detail: 'no' } });
  const { code, stdout, stderr } = await run(['demo'], {
    MODEL_SERVICE_URL: service.url,
    LOG_LEVEL: 'silent',
  });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^Summarize +100 %/m);
  expect(stderr).toBe(
    'Extract claims failed: MODEL_REJECTED: The model service refused the request (403).\n',
  );
});

test(
  'with --keep it goes on serving, elsewhere if its port is taken, until it is told to stop',
  { timeout: withinMs },
  async () => {
    const taken = createServer().listen(4000, '127.0.0.1');
    // Somebody else's does as well.
    await Promise.race([once(taken, 'listening'), once(taken, 'error')]).catch(() => undefined);
    try {
      await using demo = start(['demo', '--keep'], { PORT: '' });
      const url = await demo.printed(/^GraphiQL: (http\S+)\/graphql/m);
      expect(url).not.toContain(':4000');
      const page = await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } });
      expect(await page.text()).toContain('GraphiQL');
      const { jobs } = await createGraphQLClient(url).request(
        '{ jobs(first: 3) { edges { node { type state } } } }',
      );
      expect(jobs.edges.map((edge: { node: object }) => edge.node)).toEqual([
        { type: 'CLAIM_SYNTHESIS', state: 'COMPLETED' },
        { type: 'CLAIM_EXTRACTION', state: 'COMPLETED' },
        { type: 'VIDEO_SUMMARIZATION', state: 'COMPLETED' },
      ]);
      demo.stop();
      const { code, stdout } = await demo.ended;
      expect(code).toBe(0);
      expect(stdout).toContain('Port 4000 is in use');
    } finally {
      taken.close();
    }
  },
);

test(
  'a command that nobody knows, and an environment that is wrong, end with what is right',
  { timeout: withinMs },
  async () => {
    const unknown = await run(['dmeo']);
    expect(unknown).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^usage: .*demo \| doctor\]\n$/),
    });
    const wrong = await run(['demo'], { PORT: 'x', LOG_LEVEL: 'loud' });
    expect(wrong).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^PORT: .*\nLOG_LEVEL: .*\n$/),
    });
  },
);

test(
  'the model service serves alone, and migrate says what it did',
  { timeout: withinMs },
  async () => {
    await using service = start(['model-service'], { MEDIA_ROOT: folder });
    const url = await service.printed(/^fovea-jobs model-service at (http\S+)$/m);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    service.stop();
    expect((await service.ended).code).toBe(0);

    const { stdout } = await run(['migrate']);
    expect(stdout).toBe('the database is up to date\n');
  },
);
