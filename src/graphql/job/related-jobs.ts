import { NotFoundError } from '../../errors.ts';
import { asOwner } from '../../db/viewer.ts';
import { jobRows } from '../../jobs/rows/find.ts';
import { listDerivedJobs, listVisibleJobs, maxDerived } from '../../jobs/rows/related.ts';
import { byKey, listsByKey } from '../batch-loaders.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { defineLoader } from '../loaders.ts';
import { JobRef } from './job.ts';

/** Those of these jobs that the viewer may see. */
export const visibleJob = defineLoader((db, viewer) =>
  byKey(
    (ids) => listVisibleJobs(db, viewer, ids),
    ({ id }) => id,
  ),
);

const derivedOf = defineLoader((db, viewer) =>
  listsByKey({
    list: (ids: readonly string[]) => listDerivedJobs(db, viewer, ids),
    nameOf: (id) => id,
    keyOf: ({ basedOn }) => basedOn!,
    maxLength: maxDerived,
  }),
);

builder.interfaceFields(JobRef, (t) => ({
  tags: t.stringList({
    description: 'What its owner finds it by.',
    resolve: ({ tags }) => tags ?? [],
  }),
  basedOn: t.field({
    type: JobRef,
    nullable: true,
    description: 'The job that it was started again from; null if there is none, or no more.',
    resolve: ({ basedOn }, _args, context) => (basedOn ? visibleJob(context).load(basedOn) : null),
  }),
  derived: t.field({
    type: [JobRef],
    complexity: { multiplier: 3 },
    description: `The jobs that were started again from it, oldest first, ${maxDerived} at most.`,
    resolve: ({ id }, _args, context) => derivedOf(context).load(id),
  }),
}));

/** Throws NotFoundError unless the job is there for the owner. */
export async function checkBasedOn(
  { readers, viewer }: Pick<GraphQLContext, 'readers' | 'viewer'>,
  id: string | undefined,
): Promise<void> {
  if (id === undefined) return;
  const job = await readers.find(jobRows, asOwner(viewer), id);
  if (!job) throw new NotFoundError('job', id, ['options', 'basedOn']);
}
