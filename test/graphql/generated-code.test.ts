import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildSchema, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const scalars = { DateTime: 'string' };
let folder: string;

beforeAll(async () => {
  // In the project, so that what is generated finds the packages that it imports.
  const parent = join(root, 'node_modules/.cache');
  await mkdir(parent, { recursive: true });
  folder = await mkdtemp(join(parent, 'generated-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const documents = `
  fragment JobRow on Job {
    id type state progress subject { title } position error { code message }
    ... on VideoSummarizationJob { input { videoId } result { id text } }
    ... on ClaimExtractionJob { result { claims { text } } }
  }
  query Jobs($filter: JobFilter) { jobs(filter: $filter, first: 20) { edges { cursor node { ...JobRow } } } }
  mutation Summarize($input: SummarizeVideoInput!) {
    summarizeVideo(input: $input) {
      ... on SummarizeVideoPayload { job { ...JobRow } created }
      ... on Error { message }
      ... on ValidationError { issues { path message } }
    }
  }
  subscription MyJobs($after: String) { jobsUpdated(after: $after) { cursor matches job { ...JobRow } } }`;

/** What a front end writes with the types that the client preset made; wrong uses must be refused by the compiler. */
const usage = `
  import { useFragment } from './gql/fragment-masking';
  import { JobRowFragmentDoc, JobsDocument, SummarizeDocument } from './gql/graphql';
  import type { JobState } from './gql/graphql';
  import type { ResultOf, VariablesOf } from '@graphql-typed-document-node/core';

  declare const page: ResultOf<typeof JobsDocument>;
  for (const { node } of page.jobs.edges) {
    const row = useFragment(JobRowFragmentDoc, node);
    const state: JobState = row.state;
    if (row.__typename === 'VideoSummarizationJob') { const summary: string | undefined = row.result?.text; void summary; }
    // @ts-expect-error A summary has no claims.
    if (row.__typename === 'VideoSummarizationJob') void row.result?.claims;
    // @ts-expect-error The fields of a fragment are not readable without it.
    void node.state;
    void state;
  }
  declare const answer: ResultOf<typeof SummarizeDocument>['summarizeVideo'];
  if (answer.__typename === 'ValidationError') { const path: string[] = answer.issues[0]!.path; void path; }
  if (answer.__typename === 'SummarizeVideoPayload') { const isNew: boolean = answer.created; void isNew; }
  const variables: VariablesOf<typeof SummarizeDocument> = { input: { videoId: '1', personaId: '2' } };
  // @ts-expect-error A summary is of a video.
  const refused: VariablesOf<typeof SummarizeDocument> = { input: { personaId: '2' } };
  void variables; void refused;
`;

test('the client preset of GraphQL Code Generator makes types that compile and refuse wrong uses', async () => {
  const text = await readFile(join(root, 'schema.graphql'), 'utf8');
  const baseOutputDir = `${join(folder, 'gql')}/`;
  const files = await preset.buildGeneratesSection({
    baseOutputDir,
    schema: parse(text),
    schemaAst: buildSchema(text),
    documents: [{ location: 'jobs.graphql', document: parse(documents), rawSDL: documents }],
    config: { scalars, enumsAsTypes: true, strictScalars: true, nonOptionalTypename: true },
    presetConfig: {},
    plugins: [],
    pluginMap: {},
  });
  for (const file of files) {
    await mkdir(dirname(file.filename), { recursive: true });
    await writeFile(file.filename, await codegen(file));
  }
  await writeFile(join(folder, 'usage.ts'), usage);
  await expectCompiled(['usage.ts']);
}, 60_000);

/** No error of TypeScript's, in these files or in what they import. */
async function expectCompiled(files: readonly string[]): Promise<void> {
  const options = '--ignoreConfig --noEmit --strict --module esnext --moduleResolution bundler';
  const { stdout } = await run(
    join(root, 'node_modules/.bin/tsc'),
    [...options.split(' '), ...files],
    { cwd: folder },
  ).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
}
