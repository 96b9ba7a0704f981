import { isFinal } from '../../../src/jobs/rows/row.ts';
import type { DashboardRecord, RunRecord, Violation } from '../record.ts';
import { findFall } from './check-subscriptions.ts';

/** A dashboard receives every waiting job, and then each update up to the final one, in order. */
export function checkDashboards({ dashboards, jobs }: RunRecord): Violation[] {
  const versions = new Map(jobs.map(({ id, version }) => [id, version]));
  return dashboards.flatMap((dashboard) => {
    const { waiting, seen, transport, jobIds } = dashboard;
    const detail = `${transport}: ${seen} of ${waiting}`;
    return [
      ...(seen < waiting
        ? [{ rule: 'dashboard has every waiting job', subject: 'dashboard', detail }]
        : []),
      ...jobIds.flatMap((id) => checkJob(dashboard, id, versions.get(id))),
    ];
  });
}

function checkJob(
  { transport, updates }: DashboardRecord,
  id: string,
  finalVersion: number | undefined,
): Violation[] {
  const seen = updates.filter(({ jobId }) => jobId === id);
  const say = (rule: string, detail: string): Violation => ({
    rule,
    subject: id,
    detail: `${transport} dashboard: ${detail}`,
  });
  const falls = seen.slice(1).flatMap((update, index) => findFall(seen[index]!, update) ?? []);
  const last = seen.at(-1);
  const isComplete = last && isFinal(last.state) && last.version === finalVersion;
  return [
    ...falls.map((rule) => say(rule, JSON.stringify(seen.map(({ version }) => version)))),
    ...(isComplete ? [] : [say('dashboard has the final version', JSON.stringify(last ?? null))]),
  ];
}
