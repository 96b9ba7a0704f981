import { expect } from 'vitest';
import type { GraphQLClient } from '../clients/graphql-client.ts';

export type Mutation =
  | 'summarizeVideo'
  | 'extractClaims'
  | 'synthesizeClaims'
  | 'registerVideo'
  | 'createPersona';

/** An input that is refused. */
export interface Refused {
  mutation: Mutation;
  what: string;
  /** Replaces fields of a valid input. */
  input: Record<string, unknown>;
  /** Each as `path: message`. */
  issues: string[];
}

export const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057';
const nul = 'a\0b';
const halfSurrogate = 'a\ud83d';
const blank = 'Must not be empty.';
const notText = 'Must be well-formed text without NUL characters.';
const tooLong = (max: number): string => `Must have at most ${max} characters.`;

/** A text field, wrong in every possible way. */
function wrongText(mutation: Mutation, field: string, max: number): Refused[] {
  const refused = (what: string, value: string, ...messages: string[]): Refused => ({
    mutation,
    what: `${field} ${what}`,
    input: { [field]: value },
    issues: messages.map((message) => `input.${field}: ${message}`),
  });
  return [
    refused('that is empty', '', blank),
    refused('of spaces', ' \t\n', blank),
    refused(`of ${max + 1} characters`, 'x'.repeat(max + 1), tooLong(max)),
    refused('with a NUL character', nul, notText),
    refused('with half a surrogate pair', halfSurrogate, notText),
    refused('that is both too long and no text', nul + 'x'.repeat(max), tooLong(max), notText),
  ];
}

function outOfRange(
  mutation: Mutation,
  field: string,
  message: string,
  ...values: number[]
): Refused[] {
  return values.map((value) => ({
    mutation,
    what: `${field} ${value}`,
    input: { [field]: value },
    issues: [`input.${field}: ${message}`],
  }));
}

const wholeNumber = (min: number, max: number): string =>
  `Must be a whole number from ${min} to ${max}.`;
const noLanguage = 'input.audioLanguage: Must be a language tag such as "en" or "pt-BR".';

export const refusals: Refused[] = [
  ...wrongText('summarizeVideo', 'videoId', 128),
  ...wrongText('summarizeVideo', 'personaId', 128),
  ...wrongText('summarizeVideo', 'modelId', 128),
  ...outOfRange('summarizeVideo', 'frameSampleRate', wholeNumber(1, 10), -1, 0, 11),
  ...outOfRange('summarizeVideo', 'maxFrames', wholeNumber(1, 100), -1, 0, 101, 2 ** 31 - 1),
  ...['', 'e', 'english language', 'en_GB', 'en-', 'en\0'].map((audioLanguage) => ({
    mutation: 'summarizeVideo' as const,
    what: `audioLanguage ${JSON.stringify(audioLanguage)}`,
    input: { audioLanguage },
    issues: [noLanguage],
  })),
  {
    mutation: 'summarizeVideo',
    what: 'several fields at once',
    input: { videoId: '', frameSampleRate: 0, maxFrames: 101, audioLanguage: '?' },
    issues: [
      `input.videoId: ${blank}`,
      `input.frameSampleRate: ${wholeNumber(1, 10)}`,
      `input.maxFrames: ${wholeNumber(1, 100)}`,
      noLanguage,
    ],
  },
  ...wrongText('extractClaims', 'summaryId', 128),
  ...wrongText('extractClaims', 'modelId', 128),
  ...outOfRange('extractClaims', 'maxClaims', wholeNumber(1, 200), -1, 0, 201),
  ...outOfRange(
    'extractClaims',
    'minConfidence',
    'Must be a number from 0 to 1.',
    -0.01,
    1.01,
    1e300,
  ),
  ...wrongText('synthesizeClaims', 'modelId', 128),
  ...outOfRange('synthesizeClaims', 'maxLength', wholeNumber(100, 2000), 0, 99, 2001),
  {
    mutation: 'synthesizeClaims',
    what: 'no summaries',
    input: { summaryIds: [] },
    issues: ['input.summaryIds: Must name at least one summary.'],
  },
  {
    mutation: 'synthesizeClaims',
    what: '51 summaries',
    input: { summaryIds: Array.from({ length: 51 }, (_, index) => `summary ${index}`) },
    issues: ['input.summaryIds: Must name at most 50 summaries.'],
  },
  {
    mutation: 'synthesizeClaims',
    what: 'a summary twice',
    input: { summaryIds: [unknownId, 'another', unknownId] },
    issues: ['input.summaryIds: Must not name a summary twice.'],
  },
  {
    mutation: 'synthesizeClaims',
    what: 'a summary twice, once with spaces',
    input: { summaryIds: [unknownId, ` ${unknownId} `] },
    issues: ['input.summaryIds: Must not name a summary twice.'],
  },
  {
    mutation: 'synthesizeClaims',
    what: 'a summary twice, once in capitals',
    input: { summaryIds: [unknownId, unknownId.toUpperCase()] },
    issues: ['input.summaryIds: Must not name a summary twice.'],
  },
  {
    mutation: 'synthesizeClaims',
    what: 'faults in several places',
    input: { summaryIds: ['', unknownId, 'x'.repeat(129), nul], maxLength: 1 },
    issues: [
      `input.summaryIds.0: ${blank}`,
      `input.summaryIds.2: ${tooLong(128)}`,
      `input.summaryIds.3: ${notText}`,
      `input.maxLength: ${wholeNumber(100, 2000)}`,
    ],
  },
  ...wrongText('registerVideo', 'id', 128),
  ...wrongText('registerVideo', 'title', 500),
  ...wrongText('registerVideo', 'path', 2_000),
  ...wrongText('createPersona', 'name', 200),
  ...wrongText('createPersona', 'role', 200),
  ...wrongText('createPersona', 'informationNeed', 4_000),
  {
    mutation: 'createPersona',
    what: 'several fields at once',
    input: { name: '', role: nul, informationNeed: 'x'.repeat(4_001) },
    issues: [
      `input.name: ${blank}`,
      `input.role: ${notText}`,
      `input.informationNeed: ${tooLong(4_000)}`,
    ],
  },
];

/** Sends an input; gives what its mutation says, with what `expectIssues` reads. */
export async function sendInput(
  graphql: GraphQLClient,
  mutation: Mutation,
  input: object,
): Promise<Record<string, any>> {
  const verb = mutation[0]!.toUpperCase() + mutation.slice(1);
  const data = await graphql.request(
    `mutation ($input: ${verb}Input!) { ${mutation}(input: $input) { ${refusalFields} } }`,
    { input },
  );
  return data[mutation];
}

/** The selection that `expectIssues` reads. */
export const refusalFields = `
  __typename
  ... on Error { message }
  ... on ValidationError { issues { path message } }`;

export function expectIssues(refusal: Record<string, any>, issues: readonly string[]): void {
  expect(refusal).toMatchObject({
    __typename: 'ValidationError',
    message:
      issues.length === 1 ? '1 problem in the input.' : `${issues.length} problems in the input.`,
  });
  const found = (refusal['issues'] as { path: string[]; message: string }[]).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );
  expect(found.toSorted()).toEqual(issues.toSorted());
}
