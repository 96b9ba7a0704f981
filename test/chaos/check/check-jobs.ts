import { isFinal } from '../../../src/jobs/rows/row.ts';
import { acceptedJobIds } from '../record.ts';
import type { RunRecord, Violation } from '../record.ts';

/** I1: every accepted job has a row and is final, and every row was accepted. */
export function checkJobs({ submissions, jobs }: RunRecord): Violation[] {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const accepted = acceptedJobIds(submissions);
  const lost = [...accepted].filter((id) => !byId.has(id));
  const unfinished = jobs.filter((job) => !isFinal(job.state));
  const unknown = jobs.filter((job) => !accepted.has(job.id));
  return [
    ...lost.map((id) => violation('accepted job is in the database', id, 'no row')),
    ...unfinished.map(({ id, state, stage, attempt }) =>
      violation('job is final', id, `${state}, attempt ${attempt}, stage ${stage}`),
    ),
    ...unknown.map(({ id, type }) =>
      violation('job was accepted', id, `${type} that nobody has submitted`),
    ),
  ];
}

/** A key creates one piece of work, however often and wherever it is submitted. */
export function checkSubmissions({ submissions, jobs }: RunRecord): Violation[] {
  const counts = new Map<string, number>();
  for (const { type, idempotencyKey } of jobs) {
    if (idempotencyKey === null) continue;
    const key = `${type} ${idempotencyKey}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const doubled = [...counts].filter(([, count]) => count > 1);
  return [
    ...doubled.map(([key, count]) => violation('key is unique', key, `${count} rows`)),
    ...submissions.flatMap(({ key, answers, refusals }) => {
      const named = new Set(answers.map(({ jobIds }) => jobIds.join(' ')));
      const creations = answers.filter(({ created }) => created).length;
      return [
        ...(named.size === 0 ? [violation('submission is accepted', key, 'no answer')] : []),
        ...(named.size > 1 ? [violation('key names one job', key, [...named].join(' | '))] : []),
        ...(creations > 1 ? [violation('key creates once', key, `${creations} times`)] : []),
        ...refusals.map((refusal) => violation('client is not refused', key, refusal)),
      ];
    }),
  ];
}

function violation(rule: string, subject: string, detail: string): Violation {
  return { rule, subject, detail };
}
