import { execFileSync } from 'node:child_process';
import { accessSync, constants, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The oldest PostgreSQL the project runs on. */
const oldestPostgres = 15;

/** Finds the first of these programs that is on the PATH. */
function findOnPath(...names: string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // it does not exist, or we may not run it
  }
}

export function findRedisServer(): string | undefined {
  return findOnPath('redis-server', 'valkey-server');
}

/** One of the two alone: who runs either, runs the same tests. */
export function findServerOf(kind: 'Redis' | 'Valkey'): string | undefined {
  return findOnPath(kind === 'Redis' ? 'redis-server' : 'valkey-server');
}

/** Makes a Cluster of servers; Debian has it with them. */
export function findRedisCli(): string | undefined {
  return findOnPath('redis-cli', 'valkey-cli');
}

/** The folder with `postgres` and `initdb`; Debian keeps them off the PATH. */
export function findPostgresFolder(): string | undefined {
  const onPath = findOnPath('postgres');
  const folders = globSync('/usr/lib/postgresql/*/bin');
  if (onPath !== undefined) folders.unshift(join(onPath, '..'));
  return folders.find(
    (folder) => isExecutable(join(folder, 'initdb')) && postgresMajor(folder) >= oldestPostgres,
  );
}

function postgresMajor(folder: string): number {
  const version = execFileSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' });
  return Number(/\d+/.exec(version)?.[0] ?? 0);
}

export function findOpenssl(): string | undefined {
  return findOnPath('openssl');
}

/** Chromium without windows: a page takes it less than half of the time. */
export function findHeadlessShell(): string | undefined {
  return findOnPath('chromium-headless-shell', 'chrome-headless-shell');
}

/** Chromium as people use it: it alone keeps pages for those who go back to them. */
export function findWholeChromium(): string | undefined {
  return findOnPath('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome');
}

/** The fastest Chromium that there is. */
export function findChromium(): string | undefined {
  return findHeadlessShell() ?? findWholeChromium();
}

/** Decodes frames for the baseline model, and encodes videos for its tests. */
export function findFfmpeg(): string | undefined {
  return findOnPath('ffmpeg');
}

/** Debian installs it in /usr/sbin, which is on the PATH of root alone. */
export function findNginx(): string | undefined {
  return findOnPath('nginx') ?? ['/usr/sbin/nginx'].find(isExecutable);
}

/** As nginx. */
export function findPgbouncer(): string | undefined {
  return findOnPath('pgbouncer') ?? ['/usr/sbin/pgbouncer'].find(isExecutable);
}

/** Finds Prometheus and the program that checks its files; Debian has both in one package. */
export function findPrometheus(): { prometheus: string; promtool: string } | undefined {
  const prometheus = findOnPath('prometheus');
  const promtool = findOnPath('promtool');
  return prometheus && promtool ? { prometheus, promtool } : undefined;
}
