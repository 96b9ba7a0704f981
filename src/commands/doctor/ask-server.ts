import type { Config } from '../../config/config.ts';
import { explain } from './explain.ts';
import { ok, wrong } from './finding.ts';
import type { Finding } from './finding.ts';

const answerWithinMs = 4_000;

/** Asks the server that has the data folder whether it is ready. */
export async function askServer({ host, port }: Config['http']): Promise<Finding> {
  const check = 'server';
  if (port === 0) return ok(check, 'PORT is 0, so that its address is not known here');
  const url = `http://${toClientHost(host)}:${port}/readyz`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerWithinMs) });
    const text = (await response.text()).trim().slice(0, 200);
    if (response.ok) return ok(check, `${url} answers ${response.status} ${text}`);
    const advice =
      'Wait until it has started or ended; if it stays so, see its log and restart it.';
    return wrong(check, `${url} answers ${response.status} ${text}`, advice);
  } catch (error) {
    return wrong(
      check,
      `${url} does not answer: ${explain(error instanceof Error ? (error.cause ?? error) : error)}`,
      'Give doctor the HOST and PORT of that server; if they are the same, it hangs: restart it.',
    );
  }
}

/** Where a server that listens on all addresses is reached from its own host. */
function toClientHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
