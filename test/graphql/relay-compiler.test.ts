import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
/** The path of its binary. */
const relayCompiler = require('relay-compiler') as string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relay-'));
  const schema = await readFile(join(import.meta.dirname, '../../schema.graphql'));
  await writeFile(join(folder, 'schema.graphql'), schema);
  await mkdir(join(folder, 'src/__generated__'), { recursive: true });
  const config = {
    src: './src',
    schema: './schema.graphql',
    language: 'typescript',
    artifactDirectory: './src/__generated__',
    customScalarTypes: { DateTime: 'string' },
  };
  await writeFile(join(folder, 'relay.config.json'), JSON.stringify(config));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What it says, and the names of the files that it makes. */
async function compile(documents: string): Promise<{ output: string; files: string[] }> {
  await writeFile(join(folder, 'src/jobs.ts'), documents);
  const { stdout, stderr } = await run(relayCompiler, ['relay.config.json'], { cwd: folder }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  const files = await readdir(join(folder, 'src/__generated__'));
  return { output: stdout + stderr, files: files.map((file) => file.replace('.graphql.ts', '')) };
}

test("Relay's compiler takes jobs that are fetched again, lists in pages, and subscriptions", async () => {
  const { output, files } = await compile(`
    graphql\`
      fragment jobs_row on Job @refetchable(queryName: "jobsRowQuery") {
        id state progress ... on VideoSummarizationJob { result { id } }
      }\`;
    graphql\`
      fragment jobs_list on Query
      @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" })
      @refetchable(queryName: "jobsListQuery") {
        jobs(first: $first, after: $after) @connection(key: "jobs_list_jobs") {
          edges { node { ...jobs_row } }
        }
      }\`;
    graphql\`query jobsQuery { ...jobs_list }\`;
    graphql\`
      subscription jobsSubscription($after: String) {
        jobsUpdated(after: $after) { cursor matches job { ...jobs_row } }
      }\`;`);
  expect(output).toContain('Compilation completed');
  expect(files.toSorted()).toEqual([
    'jobsListQuery',
    'jobsQuery',
    'jobsRowQuery',
    'jobsSubscription',
    'jobs_list',
    'jobs_row',
  ]);
}, 60_000);

test('it refuses a field that the schema does not have', async () => {
  const { output } = await compile('graphql`query jobsQuery { jobs { total } }`;');
  expect(output).toContain('Compilation failed');
});
