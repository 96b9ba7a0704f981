import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { findFfmpeg } from '../../../test/environment/programs/find-programs.ts';
import { detect, toMask, track } from '../environment/frames.ts';
import { createMediaFolder } from '../environment/service.ts';

const size = { width: 1280, height: 720 };
const frameCount = 1_800;

/** A process of its own, whose memory can be measured. */
async function startService(mediaRoot: string): Promise<{ url: string; pid: number }> {
  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  const settings = ['PORT=0', `MEDIA_ROOT=${mediaRoot}`, 'LOG_LEVEL=silent'];
  // `env` becomes the program, so that it has its pid.
  const program = spawn('env', [...settings, process.execPath, main], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    const ended = once(program, 'exit');
    program.kill();
    await ended;
  });
  for await (const line of createInterface(program.stdout)) {
    const [, url] = /^baseline model at (http\S+)$/u.exec(line) ?? [];
    if (url !== undefined) return { url, pid: program.pid! };
  }
  throw new Error('the service ended before it served');
}

/** The most memory that a process has had at once, in MB. */
async function readPeakMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1]) / 1024;
}

// All its frames take 5 GB in full, and 311 MB as they are scaled down.
test(
  'every frame of a long clip is looked at within bounded memory',
  { timeout: 180_000 },
  async () => {
    const mediaRoot = await createMediaFolder({});
    const source = `testsrc2=s=${size.width}x${size.height}:r=10:d=${frameCount / 10}`;
    const options = ['-c:v', 'libx264', '-preset', 'ultrafast', join(mediaRoot, 'long.mp4')];
    await promisify(execFile)(findFfmpeg()!, [
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      source,
      ...options,
    ]);
    const { url, pid } = await startService(mediaRoot);
    const box = { x: 0.4, y: 0.4, width: 0.1, height: 0.1 };
    const object = { video_id: 'long', initial_masks: [toMask(box, size)], object_ids: [1] };

    await track(url, { ...object, frame_numbers: [0, 1, 2] });
    const before = await readPeakMb(pid);
    const { total_frames } = await track(url, object);
    expect(total_frames).toBe(frameCount);
    const frame_numbers = Array.from({ length: 200 }, (_, index) => index * 9);
    expect((await detect(url, { video_id: 'long', frame_numbers })).frames).toHaveLength(200);
    expect((await readPeakMb(pid)) - before).toBeLessThan(150);
  },
);
