import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

const commands = {
  node: [process.execPath, 'baseline-model/src/main.ts'],
  npm: ['npm', 'start', '--workspace', 'baseline-model'],
} as const;

/** Runs a command with these variables; `env` becomes the command, so that signals reach it. */
function start(command: readonly string[], variables: Record<string, string>) {
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return spawn('env', [...assignments, ...command], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Sends SIGTERM once the service answers, and waits until no process writes to its output any more. */
async function stopOnceServing(program: ChildProcessByStdio<null, Readable, Readable>) {
  let status: number | undefined;
  for await (const line of createInterface(program.stdout)) {
    const [, url] = /^baseline model at (http\S+)$/u.exec(line) ?? [];
    if (url === undefined) continue;
    status = (await fetch(`${url}/health`)).status;
    program.kill('SIGTERM');
  }
  return status;
}

describe.each(Object.entries(commands))('started by %s', (_name, command) => {
  test('prints its address, requires the token, and ends on SIGTERM', async () => {
    const env = { PORT: '0', MODEL_SERVICE_TOKEN: 'secret', MEDIA_ROOT: '' };
    const program = start(command, env);
    const ended = once(program, 'exit');
    expect(await stopOnceServing(program)).toBe(401);
    expect(await ended).toEqual([0, null]);
  });
});

test('all that is wrong with its settings is reported at once', async () => {
  const env = { PORT: '65536', LOG_LEVEL: 'loud', MODEL_STEP_DELAY_MS: '-1' };
  const program = start(commands.node, env);
  const ended = once(program, 'exit');
  const report = await text(program.stderr);
  for (const name of ['PORT', 'LOG_LEVEL', 'MODEL_STEP_DELAY_MS']) expect(report).toContain(name);
  expect(await ended).toEqual([1, null]);
});
