import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Resolves once the server accepts connections; rejects when it cannot. */
export async function listen(server: Server, port: number, host: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await promise;
}

/** The URL of a server, without a trailing slash. */
export function toUrl(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  const isAnyAddress = address === '0.0.0.0' || address === '::';
  if (isAnyAddress) return `http://localhost:${port}`;
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}
