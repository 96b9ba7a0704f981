import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const script = join(import.meta.dirname, '../../../.ci/audit.mjs');

export interface NpmRegistry extends AsyncDisposable {
  url: string;
  /** Requests for advisories that it has received. */
  readonly audits: number;
}

/** Starts a registry on loopback with the package `leaky`; `answer` is its answer to audits, text or JSON. */
export async function startNpmRegistry(answer: {
  status: number;
  body: unknown;
}): Promise<NpmRegistry> {
  const version = { name: 'leaky', version: '1.0.0', dist: {} };
  const leaky = { name: 'leaky', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } };
  const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  let audits = 0;
  const server = createServer((request, response) => {
    const isAudit = request.url?.startsWith('/-/npm/v1/security/') ?? false;
    if (isAudit) audits += 1;
    request.resume();
    response.writeHead(isAudit ? answer.status : 200, { 'content-type': 'application/json' });
    response.end(isAudit ? body : JSON.stringify(leaky));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    get audits() {
      return audits;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Audits the packages of a folder, as CI does; `output` has both streams. */
export async function runAudit(options: {
  folder: string;
  exceptionsPath: string;
  registry: string;
}): Promise<{ code: number; output: string }> {
  const { folder, exceptionsPath, registry } = options;
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    npm_config_registry: registry,
    npm_config_cache: join(folder, 'cache'),
    npm_config_fetch_retries: '0',
    npm_config_update_notifier: 'false',
  };
  const child = spawn(process.execPath, [script, exceptionsPath], { cwd: folder, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}
