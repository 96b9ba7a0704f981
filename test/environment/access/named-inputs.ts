import { describeFields } from '../../../src/graphql/input-shape.ts';
import type { FieldShape } from '../../../src/graphql/input-shape.ts';
import type { JobDefinition } from '../../../src/jobs/define-job.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import type { Ids } from '../subjects/test-subject.ts';
import { testJobs } from './selections.ts';

/** An input of a job, with what it names by the ids. */
export function nameInput(
  { type, input }: JobDefinition,
  ids: Partial<Ids>,
): Record<string, unknown> {
  const job = testJobs.find(({ definition }) => definition.type === type);
  return { ...job?.input, ...nameFields(describeFields(input), ids) };
}

/** Fields that name something, and groups of fields that do. */
function nameFields(fields: readonly FieldShape[], ids: Partial<Ids>): Record<string, unknown> {
  const named = fields.flatMap(({ name, type, isList, group }): [string, unknown][] => {
    if (group) {
      const inner = nameFields(group.fields, ids);
      return Object.keys(inner).length > 0 ? [[name, isList ? [inner] : inner]] : [];
    }
    if (type !== 'ID') return [];
    return [[name, isList ? [ids[name.replace(/Ids$/, 'Id')]] : ids[name]]];
  });
  return Object.fromEntries(named);
}

/** One of everything that a batch can start. */
export function nameBatch(ids: Partial<Ids>): Record<string, unknown> {
  const { videoId, personaId } = ids;
  const jobs = jobDefinitions.map((it) => ({ [it.mutation]: nameInput(it, ids) }));
  return { name: 'Everything', jobs: [...jobs, { analyzeVideo: { videoId, personaId } }] };
}

/** The idempotency key of the batch of whoever has that key. */
export function keyOfBatch({ idempotencyKey }: Pick<Ids, 'idempotencyKey'>): string {
  return `${idempotencyKey}-batch`;
}
