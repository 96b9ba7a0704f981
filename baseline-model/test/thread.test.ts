import { chmod, readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../test/environment/eventually.ts';
import { findFfmpeg } from '../../test/environment/programs/find-programs.ts';
import { detect, masksOf, readTruth } from './environment/frames.ts';
import { createMediaFolder, post, samples } from './environment/service.ts';

/** The service in a thread without an environment, as the server runs it. */
async function startThread(settings: object): Promise<{ url: string; worker: Worker }> {
  const entry = new URL('../src/thread.ts', import.meta.url);
  const workerData = { host: '127.0.0.1', port: 0, mediaRoot: samples, ...settings };
  const worker = new Worker(entry, { workerData, env: {}, execArgv: [] });
  onTestFinished(async () => {
    await worker.terminate();
  });
  const [{ url }] = (await once(worker, 'message')) as [{ url: string }];
  return { url, worker };
}

test('a thread finds ffmpeg in the usual folders', async () => {
  const { url } = await startThread({});
  const { frames } = await detect(url, { query: 'red region', frame_numbers: [0] });
  expect(frames).toMatchObject([{ detections: [{ label: 'red region' }] }]);
});

test('ffmpeg ends with the thread that started it', async () => {
  const programPath = await createMediaFolder({});
  const pidFile = join(programPath, 'pid');
  const program = join(programPath, 'ffmpeg');
  await writeFile(program, `#!/bin/sh\necho $$ > '${pidFile}'; exec '${findFfmpeg()}' -re "$@"`);
  await chmod(program, 0o755);
  const { url, worker } = await startThread({ programPath });
  const body = { video_id: 'crossing-shapes', ...masksOf(await readTruth(), 0) };
  post(url, '/api/tracking/track', body).catch(() => undefined);
  const pid = await eventually(async () => {
    const text = await readFile(pidFile, 'utf8');
    expect(text).toMatch(/^\d+\n$/u);
    return Number(text);
  });
  await worker.terminate();
  // Its parent, which would remove it, has ended: it stays as a zombie until we end.
  await eventually(async () => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone');
    expect(stat).toMatch(/^gone|\) Z /u);
  });
});
