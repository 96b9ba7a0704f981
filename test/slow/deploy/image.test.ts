import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack } from '../../environment/app/app.ts';
import { root } from '../../environment/programs/compose-file.ts';
import { buildImage } from '../../environment/programs/image.ts';
import type { Image } from '../../environment/programs/image.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

const run = promisify(execFile);

/** Never called: there are no jobs. */
const noModelService = 'http://127.0.0.1:9';

let image: Image;

beforeAll(async () => {
  image = await buildImage();
}, 120_000);

afterAll(() => image[Symbol.asyncDispose]());

/** The console is in the image, with all that it loads, and without what it is built of. */
async function expectConsole(url: string): Promise<void> {
  const page = await fetch(url);
  expect(page.status).toBe(200);
  const [, script] = /src="(?<path>\.\/console\/[^"]+\.js)"/.exec(await page.text())!;
  expect((await fetch(new URL(script!, url))).status).toBe(200);
  expect(await readdir(join(image.folder, 'web'))).toEqual(['dist', 'package.json']);
}

describe('the image', () => {
  test('copies exactly what .dockerignore lets its build see', async () => {
    const ignore = await readFile(join(root, '.dockerignore'), 'utf8');
    const rules = ignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0]).toBe('*');
    expect(new Set(rules.slice(1))).toEqual(
      new Set(image.copied.map((name) => `!${name.replace('../', '')}`)),
    );
  });

  test('does not run as root, has a fixed version of Node.js, and runs the program', async () => {
    const manifest = await readFile(join(root, 'package.json'), 'utf8');
    const { devDependencies } = JSON.parse(manifest) as { devDependencies: { node: string } };
    const minor = /\d+\.\d+/.exec(devDependencies.node)![0];
    const bases = image.lines.filter((line) => line.startsWith('FROM node:'));
    expect(bases.map((line) => line.split(' ')[1])).toEqual([
      `node:${minor}-bookworm-slim`,
      `node:${minor}-bookworm-slim`,
    ]);
    expect(image.lines).toContain('USER node');
    expect(image.lines).toContain('ENTRYPOINT ["node", "src/main.ts"]');
  });

  test('prints its schema without development packages', async () => {
    expect(image.install).toContain('--omit=dev');
    const { stdout } = await run(process.execPath, ['src/main.ts', 'schema'], {
      cwd: image.folder,
    });
    expect(stdout).toBe(await readFile(join(root, 'schema.graphql'), 'utf8'));
  });

  test('brings a database up to date', async () => {
    await using stack = await createTestStack('external');
    const env = { ...stack.env, MODEL_SERVICE_URL: noModelService };
    const { stdout } = await run(process.execPath, ['src/main.ts', 'migrate'], {
      cwd: image.folder,
      env,
    });
    expect(stdout).toContain('the database is up to date');
  });

  test.each(['api', 'worker', 'model-service'])(
    'serves as %s, and ends when told',
    async (role) => {
      await using stack = await createTestStack('external');
      const env = { ...stack.env, MODEL_SERVICE_URL: noModelService, PORT: '0', METRICS_PORT: '0' };
      const child = spawn(process.execPath, ['src/main.ts', role], {
        cwd: image.folder,
        env: role === 'model-service' ? { PORT: '0' } : env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      let isServing = false;
      for await (const line of createInterface(child.stdout)) {
        if (!line.startsWith(`fovea-jobs ${role}`)) continue;
        isServing = true;
        if (role === 'api') await expectConsole(new URL('/', /http:\S+/.exec(line)![0]).href);
        child.kill('SIGTERM');
      }
      expect(isServing).toBe(true);
      expect(await ended).toEqual([0, null]);
    },
  );
});
