import { once } from 'node:events';
import { copyFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { commandMs, useCommands } from '../../environment/app/use-commands.ts';

expectNoLeaks();

const root = join(import.meta.dirname, '../../..');
const commands = useCommands();

test(
  'the samples become a summary, claims with their confidence, a synthesis, and tracks that are drawn',
  { timeout: commandMs },
  async () => {
    const { code, stdout, stderr } = await commands.run(['demo']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const job of [
      'Video summarization',
      'Claim extraction',
      'Claim synthesis',
      'Object detection',
      'Object tracking',
    ]) {
      const percents = [...stdout.matchAll(new RegExp(`^${job} +(\\d+) %  \\S`, 'gm'))].map(
        (line) => Number(line[1]),
      );
      expect(percents).toEqual(percents.toSorted((a, b) => a - b));
      expect(percents.at(-1)).toBe(100);
    }
    expect(stdout).toMatch(/^Object tracking +\d+ % {2}Following: \d+ of \d+ frames$/m);
    expect(stdout).toMatch(/^Terminal: npx fovea-jobs watch --mine --url http:\S+ \(in another/m);
    expect(stdout).toMatch(/^Summary\n {2}\w.*bridge/m);
    expect(stdout).toMatch(/^ {2}0\.\d\d {2}\w.*bridge/m);
    expect(stdout, 'a subclaim').toMatch(/^ {8}0\.\d\d {2}\w/m);
    expect(stdout).toMatch(/^Synthesis of \d+ claims, \d+ conflicts\n {2}\S/m);
    expect(stdout).toMatch(/^Tracks of 4 objects, .*\n {2}┌─+┐\n( {2}│.*│\n)+ {2}└─+┘\n/m);
    expect(
      stdout.match(/^ {2}[1-4] {2}moving object, 1\.0 to \d\.\d s, confidence 0\.\d\d$/gm),
    ).toHaveLength(4);
    expect(stdout).toMatch(/^GraphiQL was at http:\/\/127\.0\.0\.1:\d+\/graphql/m);
  },
);

test(
  'a video of one’s own is read by the transcript beside it, for a persona of one’s own',
  { timeout: commandMs },
  async () => {
    await copyFile(join(root, 'samples/harbour-news.mp4'), join(commands.folder, 'talk.mp4'));
    const cue = (second: number, text: string) =>
      `00:00:0${second}.000 --> 00:00:0${second + 1}.000\n${text}\n`;
    const cues = [
      cue(1, 'The lighthouse keeper counted 412 owls in the winter.'),
      cue(3, 'The keeper painted the tower white in the spring.'),
      cue(5, 'Eleven owls carry a ring of steel.'),
    ];
    await writeFile(join(commands.folder, 'talk.vtt'), ['WEBVTT\n', ...cues].join('\n'));
    const { code, stdout } = await commands.run([
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
  { timeout: commandMs },
  async () => {
    const video = join(commands.folder, 'silent.mp4');
    await copyFile(join(root, 'samples/harbour-news.mp4'), video);
    const silent = await commands.run(['demo', video]);
    expect(silent.code).toBe(1);
    expect(silent.stderr).toContain(`There is no transcript beside ${video}.`);
    expect(silent.stderr).toContain('put silent.vtt or silent.srt into that folder');
    const missing = await commands.run(['demo', 'missing.mp4']);
    expect(missing).toMatchObject({
      code: 1,
      stderr: `There is no video at ${join(commands.folder, 'missing.mp4')}.\n`,
    });
  },
);

test('a job that fails ends it with the reason', { timeout: commandMs }, async () => {
  await using service = await startFakeModelService();
  service.answer('/api/extract-claims', { status: 403, json: { detail: 'no' } });
  const { code, stdout, stderr } = await commands.run(['demo'], {
    MODEL_SERVICE_URL: service.url,
    LOG_LEVEL: 'silent',
  });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^Video summarization +100 %/m);
  const reason = 'The model service refused the request (403).';
  expect(stdout).toMatch(/^Claim extraction .* failed: The model service refused/m);
  expect(stderr).toBe(`The CLAIM_EXTRACTION job is FAILED: MODEL_REJECTED: ${reason}\n`);
});

test(
  'with --keep it goes on serving, elsewhere if its port is taken, until it is told to stop',
  { timeout: commandMs },
  async () => {
    const taken = createServer().listen(4000, '127.0.0.1');
    // Somebody else's does as well.
    await Promise.race([once(taken, 'listening'), once(taken, 'error')]).catch(() => undefined);
    try {
      await using demo = commands.start(['demo', '--keep'], { PORT: '' });
      const url = await demo.printed(/^GraphiQL: (http\S+)\/graphql/m);
      expect(url).not.toContain(':4000');
      const consoleUrl = await demo.printed(/^Console: (http\S+\/)$/m);
      expect(await (await fetch(consoleUrl)).text()).toContain('<title>fovea-jobs</title>');
      const page = await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } });
      expect(await page.text()).toContain('GraphiQL');
      const { jobs } = await createGraphQLClient(url).request(
        '{ jobs(first: 5) { edges { node { type state } } } }',
      );
      expect(jobs.edges.map((edge: { node: object }) => edge.node)).toEqual([
        { type: 'OBJECT_TRACKING', state: 'COMPLETED' },
        { type: 'OBJECT_DETECTION', state: 'COMPLETED' },
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
