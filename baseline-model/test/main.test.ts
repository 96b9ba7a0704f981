import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const main = new URL('../src/main.ts', import.meta.url).pathname;

function start(env: Record<string, string>) {
  return spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

test('by itself it says where it serves, asks for its token, and ends when told', async () => {
  const program = start({ PORT: '0', MODEL_SERVICE_TOKEN: 'secret', MEDIA_ROOT: '' });
  const ended = once(program, 'exit');
  let status: number | undefined;
  for await (const line of createInterface(program.stdout)) {
    const [, url] = /^baseline model at (http\S+)$/u.exec(line) ?? [];
    if (url === undefined) continue;
    status = (await fetch(`${url}/health`)).status;
    program.kill('SIGTERM');
  }
  expect(status).toBe(401);
  expect(await ended).toEqual([0, null]);
});

test('all that is wrong with its settings is reported at once', async () => {
  const program = start({ PORT: '65536', LOG_LEVEL: 'loud', MODEL_STEP_DELAY_MS: '-1' });
  const ended = once(program, 'exit');
  const report = await text(program.stderr);
  for (const name of ['PORT', 'LOG_LEVEL', 'MODEL_STEP_DELAY_MS']) expect(report).toContain(name);
  expect(await ended).toEqual([1, null]);
});
