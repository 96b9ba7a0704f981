import { execFile } from 'node:child_process';
import {
  appendFile,
  chmod,
  link,
  mkdir,
  mkdtemp,
  rename,
  rm,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMediaPolicy } from '../../src/model-service/media-path.ts';
import type { MediaPolicy } from '../../src/model-service/media-path.ts';

let folder: string;
let root: string;
let policy: MediaPolicy;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'media-file-'));
  root = join(folder, 'media');
  await mkdir(join(root, 'day 2'), { recursive: true });
  await mkdir(join(folder, 'media-of-others'));
  await writeFile(join(root, 'clip.mp4'), 'a clip');
  await writeFile(join(root, 'day 2', '100% naïve #1?.mp4'), 'another');
  await writeFile(join(folder, 'secret.mp4'), 'a secret');
  await writeFile(join(folder, 'media-of-others', 'clip.mp4'), 'a secret');
  policy = createMediaPolicy({ root, allowedHosts: null });
});

afterAll(() => rm(folder, { recursive: true }));

async function read(path: string): Promise<string | undefined> {
  await using file = await policy.openFile(path);
  const bytes = await file?.read(0, 100);
  return bytes && Buffer.from(bytes).toString();
}

describe('a file below the media folder', () => {
  test('is read by its name, and by its absolute path', async () => {
    expect(await read('clip.mp4')).toBe('a clip');
    expect(await read('day 2/100% naïve #1?.mp4')).toBe('another');
    expect(await read(join(root, 'clip.mp4'))).toBe('a clip');
  });

  test('is read by a link within the folder, and where the folder is a link itself', async () => {
    await symlink('clip.mp4', join(root, 'alias.mp4'));
    await symlink(root, join(folder, 'linked'));
    expect(await read('alias.mp4')).toBe('a clip');
    const linked = createMediaPolicy({ root: join(folder, 'linked'), allowedHosts: null });
    await using file = await linked.openFile('clip.mp4');
    expect(file?.size).toBe(6);
  });

  test('is read in the folder of the model service’s that is here', async () => {
    const from = join(folder, 'media-of-others');
    const mapped = createMediaPolicy({
      root,
      pathMap: { from, to: '/videos' },
      allowedHosts: null,
    });
    await using file = await mapped.openFile(join(from, 'clip.mp4'));
    expect(file?.size).toBe(8);
  });

  test('says that it has changed', async () => {
    await writeFile(join(root, 'growing.mp4'), '1');
    await using file = await policy.openFile('growing.mp4');
    await appendFile(join(root, 'growing.mp4'), '2');
    expect((await file!.readState()).size).toBe(2);
    expect(file!.size).toBe(1);
  });
});

describe('nothing is read', () => {
  test.each([
    '../secret.mp4',
    'day 2/../../secret.mp4',
    '%2e%2e/secret.mp4',
    '..%2fsecret.mp4',
    String.raw`..\secret.mp4`,
    '/etc/passwd',
    'day 2',
    '',
    '.',
    '/',
    'clip.mp4/',
    'clip.mp4\0',
    'clip.mp4\n',
    'none.mp4',
    'file:///etc/passwd',
    'https://media.example.org/clip.mp4',
  ])('of %j', async (path) => {
    expect(await read(path)).toBeUndefined();
    expect(await policy.hasFile(path)).toBe(false);
  });

  test('beside the media folder, whose name begins alike', async () => {
    expect(await read(join(folder, 'media-of-others', 'clip.mp4'))).toBeUndefined();
  });

  test.each([
    ['a link out of the folder', async (path: string) => symlink('../secret.mp4', path)],
    ['a link to a file of the system', async (path: string) => symlink('/etc/passwd', path)],
    ['a link to nothing', async (path: string) => symlink('nowhere', path)],
    ['a link to itself', async (path: string) => symlink(path, path)],
    ['a folder that is a link', async (path: string) => symlink('/etc', path), 'passwd'],
    ['a FIFO', async (path: string) => promisify(execFile)('mkfifo', [path])],
    ['a device', async (path: string) => symlink('/dev/zero', path)],
    [
      'a link to what this process has open',
      async (path: string) => symlink('/proc/self/environ', path),
    ],
    ['what is hidden', async (path: string) => writeFile(path, 'secret'), undefined, '.env'],
  ] as const)(
    'of %s',
    async (_what, create, below?: string, name: string = `odd-${Math.random()}`) => {
      await create(join(root, name));
      expect(await read(below ? `${name}/${below}` : name)).toBeUndefined();
      await unlink(join(root, name));
    },
  );

  test('of a socket', async () => {
    const server = createServer().listen(join(root, 'socket.mp4'));
    await new Promise((listening) => server.once('listening', listening));
    expect(await read('socket.mp4')).toBeUndefined();
    server.close();
  });

  test.skipIf(process.getuid?.() === 0)('of what this process may not read', async () => {
    await writeFile(join(root, 'closed.mp4'), 'closed');
    await chmod(join(root, 'closed.mp4'), 0);
    expect(await read('closed.mp4')).toBeUndefined();
  });

  test('of a file that is exchanged for a link again and again', async () => {
    const path = join(root, 'race.mp4');
    await writeFile(join(root, 'harmless'), 'harmless');
    await symlink('../secret.mp4', join(root, 'link'));
    let isRacing = true;
    const race = (async () => {
      while (isRacing) {
        await link(join(root, 'harmless'), `${path}.new`);
        await rename(`${path}.new`, path).catch(() => undefined);
        await rm(`${path}.new`, { force: true });
        await symlink('../secret.mp4', `${path}.new`);
        await rename(`${path}.new`, path);
      }
    })();
    const seen = new Set<string | undefined>();
    for (let round = 0; round < 1_000; round += 1) seen.add(await read('race.mp4'));
    isRacing = false;
    await race;
    seen.delete(undefined);
    expect([...seen]).toEqual(['harmless']);
  });
});
