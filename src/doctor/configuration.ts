import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment/environment.ts';
import type { StackConfig } from '../config/stack.ts';
import { listUnencrypted } from '../config/exposures.ts';
import { listMisspelled } from '../config/environment/misspelled.ts';
import type { Misspelled } from '../config/environment/misspelled.ts';
import type { JobDefinition } from '../jobs/define-job.ts';
import { createMediaPolicy } from '../model-service/media-path.ts';
import { ok, warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';
import { showAddress } from './run-check.ts';

const check = 'configuration';
/** A busy event loop blocks for this long now and then. */
const shortestLockMs = 5_000;
/** Default after which proxies cut an idle connection. */
const proxyTimeoutMs = 60_000;

/** A finding for each problem of `readConfig`. */
export function listProblems(message: string): Finding[] {
  const advice = 'Correct it as docs/configuration.md describes, then run doctor again.';
  return message.split('\n').map((problem) => wrong(check, problem, advice));
}

/** Describes a valid configuration and warns of risky settings; of those in the environment, if that is known. */
export function checkConfiguration(
  config: Config,
  env: Environment | null,
  definitions: readonly JobDefinition[],
): Finding[] {
  const warnings = [
    ...(env ? listMisspelled(env, definitions) : []).map(warnOfMisspelled),
    ...listUnencrypted(config).map(({ seen, advice }) => warning(check, seen, advice)),
    ...(config.lockDurationMs < shortestLockMs ? [warnOfLock(config.lockDurationMs)] : []),
    ...(config.http.pingIntervalMs >= proxyTimeoutMs ? [warnOfPings()] : []),
    ...(config.stack.kind === 'embedded' && env?.['NODE_ENV'] === 'production'
      ? [warnOfStack()]
      : []),
  ];
  return [ok(check, describe(config)), ...warnings];
}

function describe({ stack, modelServiceUrl, media }: Config): string {
  const shown = describeStack(stack);
  if (modelServiceUrl === null) return shown;
  // The default of MEDIA_ROOT rarely fits another service than the baseline model.
  const sent = createMediaPolicy(media).locate('a.mp4');
  return `${shown}; the model service is sent ${sent} for a video at a.mp4`;
}

function describeStack(stack: StackConfig): string {
  if (stack.kind === 'embedded') return `embedded stack, DATA_DIR ${stack.dataDir}`;
  const { databaseUrl, redis } = stack;
  const cluster = redis.isCluster ? ' (Cluster)' : '';
  return `external stack, ${showAddress(databaseUrl)}, ${showAddress(redis.url)}${cluster} with prefix ${redis.prefix}`;
}

function warnOfMisspelled({ name, suggestion }: Misspelled): Finding {
  const seen = `${name} is set, but there is no such variable`;
  return warning(check, seen, `Correct its name: did you mean ${suggestion}?`);
}

function warnOfLock(lockDurationMs: number): Finding {
  const seen = `LOCK_DURATION_MS is ${lockDurationMs}: a worker that is busy for that long loses its jobs`;
  return warning(check, seen, `Set it to ${shortestLockMs} or more, or unset it.`);
}

function warnOfPings(): Finding {
  const seen = `PING_INTERVAL_MS is not below the ${proxyTimeoutMs} ms after which proxies cut idle streams`;
  return warning(check, seen, 'Unset it (10000), or set it below the idle timeout of every proxy.');
}

function warnOfStack(): Finding {
  const seen =
    'NODE_ENV is production, but the embedded stack is a single process with its own database';
  return warning(
    check,
    seen,
    'Set REDIS_URL, DATABASE_URL and MODEL_SERVICE_URL to run more than one process.',
  );
}
