import { once } from 'node:events';
import { connect } from 'node:net';
import { warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';

const connectWithinMs = 2_000;

/**
 * What it means that a service has not answered in time. The kernel accepts connections for a program that works on
 * something else; for one that is not there, nobody does.
 */
export async function judgeSilence(
  check: string,
  { url, address, afterMs }: { url: string; address: string; afterMs: number },
): Promise<Finding> {
  const seen = `${address} has not answered within ${afterMs / 1_000} s`;
  if (await acceptsConnections(new URL(url))) {
    return warning(
      check,
      `${seen}, but accepts connections: it is busy with a call, or it hangs`,
      'While jobs run, wait: they go on, and it answers when a call has ended. If none runs and it stays so, restart it.',
    );
  }
  return wrong(check, `${seen}, and accepts no connection`, adviseOnNetwork);
}

export const adviseOnNetwork =
  'See that its host runs, that MODEL_SERVICE_URL is right, and that no firewall is in between; of containers, both must be in one network.';

async function acceptsConnections({ protocol, hostname, port }: URL): Promise<boolean> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(connectWithinMs) });
    return true;
  } catch {
    return false; // that is the answer
  } finally {
    socket.destroy();
  }
}
