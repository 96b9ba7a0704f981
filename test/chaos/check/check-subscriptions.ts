import { isFinal } from '../../../src/jobs/rows/row.ts';
import { acceptedJobIds } from '../record.ts';
import type { RunRecord, SubscriptionRecord, VersionRecord, Violation } from '../record.ts';

/** I2 and I9: for each subscriber versions grow, progress never falls within an attempt, and the final version arrives. */
export function checkSubscriptions({ submissions, subscriptions, jobs }: RunRecord): Violation[] {
  const versions = new Map(jobs.map(({ id, version }) => [id, version]));
  const watched = new Set(subscriptions.map(({ jobId }) => jobId));
  return [
    ...[...acceptedJobIds(submissions)]
      .filter((id) => !watched.has(id))
      .map((id) => ({ rule: 'accepted job is watched', subject: id, detail: 'no subscriber' })),
    ...subscriptions.flatMap((subscription) =>
      checkSubscription(subscription, versions.get(subscription.jobId)),
    ),
  ];
}

function checkSubscription(
  { jobId, transport, connections }: SubscriptionRecord,
  finalVersion: number | undefined,
): Violation[] {
  const say = (rule: string, detail: string): Violation => ({
    rule,
    subject: jobId,
    detail: `${transport}: ${detail}`,
  });
  const violations: Violation[] = [];
  const seen = connections.flatMap(({ versions }) => versions);
  seen.slice(1).forEach((version, index) => {
    const rule = findFall(seen[index]!, version);
    if (rule) violations.push(say(rule, `${describe(seen[index]!)}, then ${describe(version)}`));
  });
  const last = seen.at(-1);
  if (!last || !isFinal(last.state)) {
    violations.push(say('final version is seen', last ? `last ${describe(last)}` : 'nothing seen'));
  } else if (last.version !== finalVersion) {
    violations.push(say('final version is the row', `${describe(last)}, row ${finalVersion}`));
  }
  return violations;
}

/** The rule that is broken if one version of a job follows the other; undefined if none is. */
export function findFall(before: VersionRecord, after: VersionRecord): string | undefined {
  if (isFinal(before.state)) return 'nothing follows the final version';
  if (after.version <= before.version) return 'versions grow';
  if (after.attempt < before.attempt) return 'attempts never fall';
  if (after.attempt === before.attempt && after.progress < before.progress) {
    return 'progress never falls in an attempt';
  }
  return undefined;
}

function describe({ version, state, attempt, progress }: VersionRecord): string {
  return `version ${version} ${state} attempt ${attempt} ${progress} %`;
}
