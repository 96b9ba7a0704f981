import { jobRows } from '../../jobs/rows/find.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { jobDefinitions } from '../../subjects/index.ts';
import { builder } from '../builder.ts';
import { resultsOf } from '../job/job-results.ts';
import { typeOfJob } from '../job/job.ts';
import { badUserInput } from '../policy/refusal.ts';
import { findNode } from './find-nodes.ts';
import { addNode, NodeRef, tableOf } from './node-ref.ts';

/** Ids of one query at most. */
const maxNodes = 100;
/** What it costs to look for an id in every table, beside reading a field. */
const lookupCost = 5;

// Kinds that are no job's add themselves where their types are: subjects, pipelines and batches.
addNode({
  name: 'Job',
  ...tableOf('job'),
  jobId: 'job.id',
  load: ({ readers, viewer }, { id }) => readers.find(jobRows, viewer, id),
  typeOf: (row) => typeOfJob(row as JobRow),
});

for (const definition of jobDefinitions) {
  const { type, table } = definition.result;
  addNode({
    name: type,
    ...tableOf(table),
    jobId: `${table}.jobId`,
    load: (context, { jobId }) => resultsOf(definition)(context).load(jobId!),
  });
}

builder.queryField('node', (t) =>
  t.field({
    type: NodeRef,
    nullable: true,
    complexity: lookupCost,
    description:
      'A job, video, persona, result, claim, batch or pipeline by its id; null if there is none for the viewer.',
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: (_root, { id }, context) => findNode(context, id),
  }),
);

builder.queryField('nodes', (t) =>
  t.field({
    type: [NodeRef],
    nullable: { list: false, items: true },
    complexity: ({ ids }) => ({ field: lookupCost, multiplier: ids.length }),
    description: 'The same for several ids: in their order, with null for each that finds nothing.',
    args: { ids: t.arg.idList({ required: true, description: `${maxNodes} ids at most.` }) },
    resolve: (_root, { ids }, context) => {
      if (ids.length > maxNodes) {
        throw badUserInput(`\`ids\` must have at most ${maxNodes} values, not ${ids.length}.`);
      }
      return Promise.all(ids.map((id) => findNode(context, id)));
    },
  }),
);
