import { cp, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { preview } from 'vite';
import { runIn } from './packed-package.ts';

const root = join(import.meta.dirname, '../../..');
const { resolve } = createRequire(import.meta.url);

/** Builds examples/react in an app that has the packed package, and serves it in front of the server at `apiUrl`. */
export async function serveExample(
  folder: string,
  apiUrl: string,
): Promise<AsyncDisposable & { url: string }> {
  await cp(join(root, 'examples/react'), folder, { recursive: true });
  for (const name of ['react-dom', '@types/react-dom', 'vite'])
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  for (const command of [
    [join(root, 'node_modules/typescript/bin/tsc')],
    [resolve('vite/package.json').replace('package.json', 'bin/vite.js'), 'build'],
  ]) {
    const { code, stdout, stderr } = await runIn(folder, process.execPath, command);
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  }
  const proxy = { '/graphql': { target: apiUrl, ws: true }, '/api': apiUrl };
  const server = await preview({ root: folder, logLevel: 'silent', preview: { port: 0, proxy } });
  const sockets = new Set<Socket>();
  server.httpServer.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    url: server.resolvedUrls!.local[0]!,
    // The browser outlives the page, and keeps connections for the next one.
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await server.close();
    },
  };
}
