// Installs what the tests need and this machine lacks: Redis, PostgreSQL, Chromium, nginx, PgBouncer, Prometheus, OpenSSL,
// ffmpeg.
// `npm test` runs it first.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import {
  findFfmpeg,
  findHeadlessShell,
  findNginx,
  findOpenssl,
  findPgbouncer,
  findPostgresFolder,
  findPrometheus,
  findRedisCli,
  findRedisServer,
  findWholeChromium,
} from './programs/find-programs.ts';

const servicesAreGiven = Boolean(process.env.REDIS_URL && process.env.DATABASE_URL);

/** Debian's packages, by the name of the program that is missing. */
function findMissing() {
  const missing = new Map();
  if (!servicesAreGiven && !findRedisServer()) missing.set('Redis 7 or Valkey', 'redis-server');
  if (!findRedisCli()) missing.set('redis-cli', 'redis-tools');
  if (!servicesAreGiven && !findPostgresFolder())
    missing.set('PostgreSQL 15 or newer', 'postgresql');
  if (!findWholeChromium()) missing.set('Chromium', 'chromium');
  if (!findFfmpeg()) missing.set('ffmpeg 5.1 or newer', 'ffmpeg');
  if (!findOpenssl()) missing.set('OpenSSL', 'openssl');
  if (!findNginx()) missing.set('nginx', 'nginx');
  if (!findPgbouncer()) missing.set('PgBouncer', 'pgbouncer');
  if (!findPrometheus()) missing.set('Prometheus', 'prometheus');
  return missing;
}

function aptGet(...args) {
  const { status, error } = spawnSync('apt-get', args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) throw error ?? new Error(`apt-get ${args.join(' ')} ended with ${status}`);
}

/** Debian starts the services it installs; exit code 101 of policy-rc.d forbids that, as the tests start their own. */
function withoutStartingServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return install();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    rmSync(policy);
  }
}

function installMissing(packages) {
  console.log(`Installing for the tests: ${packages.join(', ')}`);
  aptGet('update', '-q');
  withoutStartingServices(() => aptGet('install', '-qy', '--no-install-recommends', ...packages));
}

const isDebianRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
if (isDebianRoot) {
  const packages = new Set(findMissing().values());
  // The tests do without, but pages are the slowest of them.
  if (!findHeadlessShell()) packages.add('chromium-headless-shell');
  if (packages.size > 0) installMissing([...packages]);
}

const missing = [...findMissing().keys()];
if (missing.length > 0) {
  console.error(`The tests need ${missing.join(', ')}: please install.`);
  console.error(
    'Instead of Redis and PostgreSQL, REDIS_URL and DATABASE_URL may name servers that the tests may write to.',
  );
  process.exit(1);
}
