import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import { DateTimeResolver } from 'graphql-scalars';
import type { GraphQLContext } from './context.ts';

/** The schema builder. The files that `schema.ts` imports add types to it; `schema.ts` builds the schema. */
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
  // The plugin only stores what fields cost. policy/query-cost.ts counts an operation before it runs.
  complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: 10 },
  relay: {
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    edgesFieldOptions: {
      complexity: { multiplier: 1 }, // the connection around them has it
      nullable: { list: false, items: false },
      description: 'The page, in order.',
    },
    nodeFieldOptions: { nullable: false, description: 'The item of this edge.' },
    cursorFieldOptions: {
      description: 'The position of this item: pass it as `after` to continue from here.',
    },
    pageInfoFieldOptions: {
      description: 'Whether there are more pages, and the cursors of this one.',
    },
    pageInfoTypeOptions: {
      name: 'PageInfo',
      description: 'The first and last cursor of a page, and whether there are more pages.',
    },
    hasNextPageFieldOptions: { description: 'Whether there are items after `endCursor`.' },
    hasPreviousPageFieldOptions: { description: 'Whether there are items before `startCursor`.' },
    startCursorFieldOptions: { description: 'Cursor of the first edge; null on an empty page.' },
    endCursorFieldOptions: { description: 'Cursor of the last edge; null on an empty page.' },
    firstArgOptions: { description: 'Maximum number of edges: 0 to 100, or 20 when absent.' },
    afterArgOptions: { description: 'Only items after this cursor.' },
    lastArgOptions: { description: 'Maximum number of edges, counted from the end: 0 to 100.' },
    beforeArgOptions: { description: 'Only items before this cursor.' },
    cursorType: 'String',
  },
});

builder.addScalarType('DateTime', DateTimeResolver);
builder.queryType({
  description: 'Reads jobs, their results, and what they work on.',
});
builder.mutationType({ description: 'Starts and controls jobs, and registers what they work on.' });
builder.subscriptionType({ description: 'Pushes changes as they happen.' });
