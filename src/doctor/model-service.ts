import { once } from 'node:events';
import { connect } from 'node:net';
import type { Config } from '../config/config.ts';
import { JobFailure } from '../errors.ts';
import { listEndpoints } from '../jobs/define-job.ts';
import { jobDefinitions } from '../subjects/index.ts';
import { createModelService } from '../model-service/client.ts';
import { tokenAdvice, wrongAddressAdvice } from '../model-service/status-failure.ts';
import { adviseOnTls } from '../stack/tls-failure.ts';
import { ok, warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';
import { errorCode, runCheck, showAddress } from './run-check.ts';

/** An idle service answers at once. */
const defaultAnswerMs = 4_000;
/** If this endpoint is there, the others are. */
const [probedEndpoint] = listEndpoints(jobDefinitions);
/** For the answer, and for a connection after that. */
const checkDeadlineMs = 8_000;
const connectWithinMs = 2_000;

const adviseOnNetwork =
  'Make sure that its host runs, that MODEL_SERVICE_URL is right, and that no firewall is in between; containers must share a network.';

/** Checks that the model service is up; the baseline model is up whenever its process is. */
export async function checkModelService(
  { modelServiceUrl: url, modelService: access }: Pick<Config, 'modelServiceUrl' | 'modelService'>,
  { answerMs = defaultAnswerMs } = {},
): Promise<Finding[]> {
  const check = 'model service';
  if (url === null)
    return [ok(check, 'the baseline model, which runs in the process of the server')];
  await using service = createModelService({ url, ...access });
  const health = new URL('health', url.endsWith('/') ? url : `${url}/`).href;
  const address = showAddress(health);
  return await runCheck(
    check,
    async () => {
      const begun = performance.now();
      const signal = AbortSignal.timeout(answerMs);
      try {
        await service.health(signal).catch(rethrowCause);
        const took = (performance.now() - begun).toFixed(0);
        if (!probedEndpoint || (await service.hasEndpoint(probedEndpoint, signal)))
          return ok(check, `${address} answers in ${took} ms`);
        return wrong(
          check,
          `${address} answers, but there is no ${probedEndpoint.path}`,
          wrongAddressAdvice,
        );
      } catch (error) {
        if (!signal.aborted) throw error;
        return explainSilence(check, { url, address, afterMs: answerMs });
      }
    },
    (error) =>
      adviseOnTls(error, { url: 'MODEL_SERVICE_URL', ca: 'MODEL_SERVICE_CA' }) ??
      adviseOnStatus(error) ??
      adviseOnCode(error) ??
      `Start it, or set MODEL_SERVICE_URL to where it runs; \`curl -i ${address}\` from this host must answer 200.`,
    checkDeadlineMs,
  );
}

/** The message of a failure is for the owner of a job; the operator needs its status or code. */
function rethrowCause(error: unknown): never {
  const cause = error instanceof JobFailure ? error.cause : undefined;
  if (typeof cause === 'object' && cause !== null) {
    if ('status' in cause) {
      const { status } = cause;
      throw Object.assign(new Error(`it answers with status ${String(status)}`), { status });
    }
    if ('code' in cause) {
      const { code } = cause;
      throw Object.assign(new Error(`it cannot be reached (${String(code)})`), { code });
    }
  }
  throw error;
}

function adviseOnStatus(error: unknown): string | undefined {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (status === 404) return wrongAddressAdvice;
  if (status !== 401 && status !== 403) return undefined;
  return tokenAdvice;
}

function adviseOnCode(error: unknown): string | undefined {
  switch (errorCode(error)) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'No host of that name is known here: correct MODEL_SERVICE_URL. Containers know each other by name only in a shared network.';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return adviseOnNetwork;
    default:
      return undefined;
  }
}

/**
 * Why a service has not answered in time. The kernel accepts connections for a program that is busy, but not for one
 * that is not there.
 */
async function explainSilence(
  check: string,
  { url, address, afterMs }: { url: string; address: string; afterMs: number },
): Promise<Finding> {
  const seen = `${address} has not answered within ${afterMs / 1_000} s`;
  if (await acceptsConnections(new URL(url))) {
    return warning(
      check,
      `${seen}, but accepts connections: it is busy with a call, or it hangs`,
      'While jobs run, wait: it answers when a call has ended. If none runs and this persists, restart it.',
    );
  }
  return wrong(check, `${seen}, and accepts no connection`, adviseOnNetwork);
}

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
