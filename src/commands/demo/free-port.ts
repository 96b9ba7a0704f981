import { once } from 'node:events';
import { createServer } from 'node:net';

interface Address {
  host: string;
  port: number;
}

/** The address, or if somebody listens there already, the same with any free port and a note about it. */
export async function withFreePort({ host, port }: Address): Promise<Address> {
  if (await isFree({ host, port })) return { host, port };
  console.log(`Port ${port} is taken; the demo takes a free one.`);
  return { host, port: 0 };
}

async function isFree({ host, port }: Address): Promise<boolean> {
  const server = createServer().listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}
