import type { GraphQLClient } from '../clients/graphql-client.ts';

/** An input that is accepted. */
export interface Accepted {
  mutation: 'summarizeVideo' | 'extractClaims' | 'synthesizeClaims';
  what: string;
  input: Record<string, unknown>;
  /** What the job then has. */
  parameters: Record<string, unknown>;
}

const summarizeDefaults = {
  frameSampleRate: 1,
  maxFrames: 30,
  enableAudio: false,
  enableSpeakerDiarization: false,
  fusionStrategy: null,
  audioLanguage: null,
  modelId: null,
};
const extractDefaults = {
  strategy: 'SENTENCE_BASED',
  maxClaims: 50,
  minConfidence: 0.5,
  modelId: null,
};
const synthesizeDefaults = {
  strategy: 'HIERARCHICAL',
  maxLength: 500,
  includeConflicts: true,
  includeCitations: false,
  modelId: null,
};

const nulls = (defaults: object): Record<string, null> =>
  Object.fromEntries(Object.keys(defaults).map((name) => [name, null]));

export const acceptances: Accepted[] = [
  ...[
    { frameSampleRate: 1, maxFrames: 1, audioLanguage: 'en', modelId: 'm' },
    { frameSampleRate: 10, maxFrames: 100, audioLanguage: 'pt-BR', modelId: 'm'.repeat(128) },
  ].map((input) => ({
    mutation: 'summarizeVideo' as const,
    what: JSON.stringify(input).slice(0, 80),
    input,
    parameters: { ...summarizeDefaults, ...input },
  })),
  ...[
    { maxClaims: 1, minConfidence: 0 },
    { maxClaims: 200, minConfidence: 1 },
  ].map((input) => ({
    mutation: 'extractClaims' as const,
    what: JSON.stringify(input),
    input,
    parameters: { ...extractDefaults, ...input },
  })),
  ...[{ maxLength: 100 }, { maxLength: 2_000 }].map((input) => ({
    mutation: 'synthesizeClaims' as const,
    what: JSON.stringify(input),
    input,
    parameters: { ...synthesizeDefaults, ...input },
  })),
  {
    mutation: 'summarizeVideo',
    what: 'null for whatever has a default',
    input: nulls(summarizeDefaults),
    parameters: summarizeDefaults,
  },
  {
    mutation: 'extractClaims',
    what: 'null for whatever has a default',
    input: nulls(extractDefaults),
    parameters: extractDefaults,
  },
  {
    mutation: 'synthesizeClaims',
    what: 'null for whatever has a default',
    input: nulls(synthesizeDefaults),
    parameters: synthesizeDefaults,
  },
];

/** The fields of a job's stored input. */
export async function readParameters(
  graphql: GraphQLClient,
  mutation: Accepted['mutation'],
  id: string,
  fields: string[],
): Promise<Record<string, unknown>> {
  const type = {
    summarizeVideo: 'VideoSummarizationJob',
    extractClaims: 'ClaimExtractionJob',
    synthesizeClaims: 'ClaimSynthesisJob',
  }[mutation];
  const data = await graphql.request(
    `query ($id: ID!) { job(id: $id) { ... on ${type} { input { ${fields.join(' ')} } } } }`,
    { id },
  );
  return data['job'].input as Record<string, unknown>;
}
