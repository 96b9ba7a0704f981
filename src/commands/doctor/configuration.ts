import type { Config } from '../../config/config.ts';
import type { Environment } from '../../config/environment/environment.ts';
import type { StackConfig } from '../../config/stack.ts';
import { listUnencrypted } from '../../config/exposures.ts';
import { listMisspelled } from '../../config/environment/misspelled.ts';
import type { Misspelled } from '../../config/environment/misspelled.ts';
import type { JobDefinition } from '../../jobs/define-job.ts';
import { createMediaPolicy } from '../../model-service/media-path.ts';
import { ok, warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';
import { showAddress } from './run-check.ts';

const check = 'configuration';
/** A busy event loop stands still for as long as this now and then. */
const shortestLockMs = 5_000;
/** Where a proxy cuts a silent connection, unless told otherwise. */
const proxyTimeoutMs = 60_000;

/** Every problem that `readConfig` has named. */
export function listProblems(message: string): Finding[] {
  const advice = 'Correct it; docs/configuration.md says what it may be. Then run doctor again.';
  return message.split('\n').map((problem) => wrong(check, problem, advice));
}

/** What a configuration that can be read says, and what of it is not wise. */
export function checkConfiguration(
  config: Config,
  env: Environment,
  definitions: readonly JobDefinition[],
): Finding[] {
  const warnings = [
    ...listMisspelled(env, definitions).map(warnOfName),
    ...listUnencrypted(config).map(({ seen, advice }) => warning(check, seen, advice)),
    ...(config.lockDurationMs < shortestLockMs ? [warnOfLock(config.lockDurationMs)] : []),
    ...(config.http.pingIntervalMs >= proxyTimeoutMs ? [warnOfPings()] : []),
    ...(config.stack.kind === 'embedded' && env['NODE_ENV'] === 'production'
      ? [warnOfStack()]
      : []),
  ];
  return [ok(check, describe(config)), ...warnings];
}

function describe({ stack, modelServiceUrl, media }: Config): string {
  const shown = describeStack(stack);
  if (modelServiceUrl === null) return shown;
  // MEDIA_ROOT has a default, which only the baseline model is likely to have.
  const sent = createMediaPolicy(media).locate('a.mp4');
  return `${shown}; the model service is sent ${sent} for a video at a.mp4`;
}

function describeStack(stack: StackConfig): string {
  if (stack.kind === 'embedded') return `embedded stack, DATA_DIR ${stack.dataDir}`;
  const { databaseUrl, redis } = stack;
  const cluster = redis.isCluster ? ' (Cluster)' : '';
  return `external stack, ${showAddress(databaseUrl)}, ${showAddress(redis.url)}${cluster} with prefix ${redis.prefix}`;
}

function warnOfName({ name, resembles }: Misspelled): Finding {
  const seen = `${name} is set, and nobody reads it`;
  return warning(check, seen, `Correct its name: it resembles ${resembles}.`);
}

function warnOfLock(lockDurationMs: number): Finding {
  const seen = `LOCK_DURATION_MS is ${lockDurationMs}: a worker that is busy for as long loses its jobs`;
  return warning(check, seen, `Set it to ${shortestLockMs} or more, or leave it out.`);
}

function warnOfPings(): Finding {
  const seen = `PING_INTERVAL_MS is not below the ${proxyTimeoutMs} ms after which proxies cut silent streams`;
  return warning(check, seen, 'Leave it out (10000), or set it below the time-out of every proxy.');
}

function warnOfStack(): Finding {
  const seen =
    'NODE_ENV is production, and the embedded stack is one process with a database of its own';
  return warning(
    check,
    seen,
    'Set REDIS_URL, DATABASE_URL and MODEL_SERVICE_URL for more than one process.',
  );
}
