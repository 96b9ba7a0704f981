import { JobFailure } from '../errors.ts';
import { createModelService } from '../model-service/client.ts';
import { showAddress } from './address.ts';
import { ok } from './finding.ts';
import type { Finding } from './finding.ts';
import { runCheck } from './run-check.ts';

/** Whether the model service says that it is up; the built-in one is, whenever its process is. */
export async function checkModelService(url: string | null): Promise<Finding[]> {
  const check = 'model service';
  if (url === null) return [ok(check, 'the built-in one: it runs in the process of the server')];
  await using service = createModelService({ url });
  const health = new URL('health', url.endsWith('/') ? url : `${url}/`).href;
  const address = showAddress(health);
  return await runCheck(
    check,
    async () => {
      const begun = performance.now();
      await service.health().catch(quoteCause);
      return ok(check, `${address} answers in ${(performance.now() - begun).toFixed(0)} ms`);
    },
    () =>
      `Start it, or set MODEL_SERVICE_URL to where it runs; \`curl -i ${address}\` from this host must answer 200.`,
  );
}

/** What a failure says is for the owner of a job; here, status or code say more. */
function quoteCause(error: unknown): never {
  const cause = error instanceof JobFailure ? error.cause : undefined;
  if (typeof cause === 'object' && cause !== null) {
    if ('status' in cause) throw new Error(`it answers with status ${String(cause.status)}`);
    if ('code' in cause) throw new Error(`it cannot be reached (${String(cause.code)})`);
  }
  throw error;
}
