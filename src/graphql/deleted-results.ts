import type { DeletedResults } from '../subjects/delete-subject.ts';
import { builder } from './builder.ts';

export const DeletedResultsRef = builder.objectRef<DeletedResults>('DeletedResults').implement({
  description:
    'How many results of one type were deleted. Has no id: a cache keeps it in the answer of its mutation.',
  fields: (t) => ({
    type: t.exposeString('type', { description: 'Their type, such as `VideoSummary`.' }),
    count: t.exposeInt('count', { description: 'How many; always more than 0.' }),
  }),
});

/** What is said of every mutation that deletes what jobs work on. */
export const deletionRules = [
  'Deletes with it all results that were made of it, also syntheses that use others as well. Its jobs stay in the history until they are old, without their results.',
  'ConflictError: an unfinished job works on it.',
];

export const deletedResults = {
  type: [DeletedResultsRef] as [typeof DeletedResultsRef],
  description: 'The results that were deleted with it, by type.',
  complexity: { multiplier: 3 },
};
