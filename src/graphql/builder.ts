import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import { DateTimeResolver } from 'graphql-scalars';
import type { GraphQLContext } from './context.ts';

/** The schema under construction. The files of `types/` add to it; `schema.ts` makes a schema of it. */
export const builder = new SchemaBuilder<{
  Context: GraphQLContext;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    DateTime: { Input: Date; Output: Date };
    ID: { Input: string; Output: string };
  };
}>({
  plugins: [ErrorsPlugin, RelayPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  // It only says what fields cost: an operation is counted before it runs, by limits/query-cost.ts.
  complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: 10 },
  relay: {
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    edgesFieldOptions: {
      complexity: { multiplier: 1 }, // the connection around them has it
      nullable: { list: false, items: false },
      description: 'The page, in order.',
    },
    nodeFieldOptions: { nullable: false, description: 'What this edge leads to.' },
    cursorFieldOptions: { description: 'Where to go on from: give it as `after`.' },
    pageInfoFieldOptions: { description: 'Whether there is more, and from where.' },
    pageInfoTypeOptions: {
      name: 'PageInfo',
      description: 'Where a page begins and ends, and whether there is more.',
    },
    hasNextPageFieldOptions: { description: 'Whether more follows after `endCursor`.' },
    hasPreviousPageFieldOptions: { description: 'Whether something comes before `startCursor`.' },
    startCursorFieldOptions: { description: 'Cursor of the first edge; null on an empty page.' },
    endCursorFieldOptions: { description: 'Cursor of the last edge; null on an empty page.' },
    firstArgOptions: { description: 'Edges at most: 0 to 100, or 20 when absent.' },
    afterArgOptions: { description: 'Only what follows this cursor.' },
    lastArgOptions: { description: 'Edges at most, counted from the end: 0 to 100.' },
    beforeArgOptions: { description: 'Only what comes before this cursor.' },
    cursorType: 'String',
  },
});

builder.addScalarType('DateTime', DateTimeResolver);
builder.queryType({
  description: 'Reading: the state of jobs for those who poll, history, and what jobs made.',
});
builder.mutationType({ description: 'Starting jobs, and registering what they work on.' });
builder.subscriptionType({ description: 'Push: what changes, as it changes.' });
