import { bytesPerSubject, limitKeys, limits, toSnakeCase } from '../../config/limits.ts';
import type { LimitKey, LimitsConfig, SnakeCase } from '../../config/limits.ts';
import { RateLimitedError } from '../../errors.ts';

/** Creates the error of a limit that is reached, and counts it. */
export type Refuse = (retryAfterMs: number) => RateLimitedError;

interface Description {
  key: LimitKey;
  what: string;
  /** Factor from the configured limit to this one. */
  times?: number;
  /** What to do, if waiting does not help. */
  advice?: string;
}

/** The names in metrics of the limits that clients are told of. */
type RefusalName = SnakeCase<LimitKey> | 'subject_bytes_per_owner';

/** The last one closes an idle connection, which is told nothing. */
export type LimitName = RefusalName | 'silent_connections_per_address';

const descriptions = {
  ...(Object.fromEntries(
    limitKeys.map((key) => [toSnakeCase(key), { key, what: limits[key].what }]),
  ) as Record<SnakeCase<LimitKey>, Description>),
  subjects_per_owner: {
    key: 'subjectsPerOwner',
    what: limits.subjectsPerOwner.what,
    advice: 'Use existing ones, or ask for a higher SUBJECTS_PER_OWNER.',
  },
  subject_bytes_per_owner: {
    key: 'subjectsPerOwner',
    times: bytesPerSubject,
    what: 'bytes in the texts of one owner’s videos and personas',
    advice: 'Use existing ones or shorter texts, or ask for a higher SUBJECTS_PER_OWNER.',
  },
} satisfies Record<RefusalName, Description>;

const refusalNames = Object.keys(descriptions) as RefusalName[];

export const limitNames: LimitName[] = [...refusalNames, 'silent_connections_per_address'];

export type Refusals = Record<RefusalName, Refuse>;

/** For each limit, the function that creates its error. */
export function createRefusals(
  config: LimitsConfig,
  onRefused: (limit: LimitName) => void,
): Refusals {
  const refusals = refusalNames.map((limit): [RefusalName, Refuse] => {
    const { key, what, times = 1, advice }: Description = descriptions[limit];
    return [
      limit,
      (retryAfterMs) => {
        onRefused(limit);
        const most = `At most ${(config[key] ?? Infinity) * times} ${what}.`;
        return new RateLimitedError(advice ? `${most} ${advice}` : most, retryAfterMs);
      },
    ];
  });
  return Object.fromEntries(refusals) as Refusals;
}
