/** So many parts of a document. */
export const many = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

/** A field within itself, so deep. */
export const nest = (depth: number, name: string) =>
  `${`${name} { `.repeat(depth)}id${' }'.repeat(depth)}`;

/** Documents that are made to keep a server busy, and what is said of them. */
export const attacks: Record<string, { query: string; said: string; isLong?: true }> = {
  depth: {
    query: `{ video(id: "1") { summaries { video { summaries { ${nest(12, 'video')} } } } } }`,
    said: 'Query depth limit of 12 exceeded, found 17.',
  },
  'depth behind fragments': {
    query: `{ video(id: "1") { ...A } } fragment A on Video { summaries { claims { ...B } } }
      fragment B on Claim { ${nest(12, 'subclaims')} }`,
    said: 'Query depth limit of 12 exceeded, found 16.',
  },
  'depth of __type': {
    query: `{ __type(name: "Job") { ${nest(12, 'ofType')} } }`.replace('id', 'name'),
    said: 'Query depth limit of 12 exceeded, found 14.',
  },
  '500 aliases': {
    query: `{ ${many(500, (n) => `a${n}: __typename`)} }`,
    said: 'Aliases limit of 30 exceeded, found 500.',
  },
  'aliases in fragments': {
    query: `{ ...A ...A } fragment A on Query { ${many(40, (n) => `a${n}: queues { type }`)} }`,
    said: 'Aliases limit of 30 exceeded, found 80.',
  },
  '20,000 tokens': {
    query: `{ ${many(20_000, () => 'a')} }`,
    said: 'Token limit of 2000 exceeded.',
    isLong: true,
  },
  '20,000 opening brackets': {
    query: '{a'.repeat(20_000),
    said: 'Token limit of 2000 exceeded.',
    isLong: true,
  },
  'a flood of directives': {
    query: `{ __typename ${many(200, () => '@include(if: true)')} }`,
    said: 'Directives limit of 30 exceeded, found 200.',
  },
  '3,000 overlapping fields': {
    query: `{ ${many(3_000, () => 'queues { type }')} }`,
    said: 'Token limit of 2000 exceeded.',
    isLong: true,
  },
  'fields that overlap, and are few enough tokens': {
    query: `{ ${many(480, () => 'queues{type}')} }`,
    said: 'Query fields limit of 500 exceeded, found 960.',
  },
  'one field again and again': {
    query: `{ ${many(240, () => 'queues{type}')} }`,
    said: 'Query repeats limit of 30 exceeded, found 239.',
  },
  'fields that overlap in a fragment nobody uses': {
    query: `fragment A on Query { ${many(1_900, () => 'a')} } { __typename }`,
    said: 'Query fields limit of 500 exceeded, found 1900.',
  },
  'fragments that grow with each other': {
    query: `{ ...F0 } ${many(20, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)}
      fragment F20 on Query { __typename }`,
    said: 'Query fields limit of 500 exceeded, found 1048576.',
  },
  'a crowd of fragments': {
    query: `{ ${many(61, (n) => `...F${n}`)} } ${many(61, (n) => `fragment F${n} on Query { __typename }`)}`,
    said: 'Query fragments limit of 60 exceeded, found 61.',
  },
};
