import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNginx } from './find-programs.ts';
import { onFreePort, startServiceProcess } from './service-process.ts';

export interface Nginx extends AsyncDisposable {
  url: string;
  /** What it has written about requests so far, where it was told to write that to its standard output. */
  readAccessLog: () => Promise<string>;
}

/** Starts an nginx on loopback; `toServers` returns what belongs inside `http { … }`, for its port. */
export async function startNginx(toServers: (port: number) => string): Promise<Nginx> {
  const command = findNginx();
  if (command === undefined) throw new Error('There is no nginx: run the tests by `npm test`.');
  return onFreePort(async (port) => {
    const folder = await mkdtemp(join(tmpdir(), 'fovea-nginx-'));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (kind) => `${kind}_temp_path ${folder}/${kind};`,
    );
    const accessLog = join(folder, 'access.log');
    // The standard output of our child processes is a socket, which cannot be opened by name.
    const servers = toServers(port).replaceAll('/dev/stdout', accessLog);
    const config = `
      daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr notice;
      events {}
      http { access_log off; ${temporary.join(' ')} ${servers} }`;
    await writeFile(join(folder, 'nginx.conf'), config);
    const service = await startServiceProcess({
      command,
      args: ['-c', join(folder, 'nginx.conf'), '-p', folder, '-e', 'stderr'],
      folder,
      ready: /start worker process|using the .* event method/,
      stopSignal: 'TERM',
    });
    return {
      ...service,
      url: `http://127.0.0.1:${port}`,
      readAccessLog: () => readFile(accessLog, 'utf8'),
    };
  });
}
