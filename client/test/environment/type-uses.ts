import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the snippets take from the page that they are in. */
const page = `
declare const videoId: string, personaId: string;
declare function getToken(): Promise<string>;
declare function show(progress: number): void;
declare function showText(text: string): void;
declare function showProblem(message: string): void;
`;

/** What people write with the types; wrong uses must be refused by the compiler. */
const uses = `
import { createJobs } from 'fovea-jobs-client';
import { JobUpdatedDocument } from 'fovea-jobs-client/documents';
import { useJob, useSubmit } from 'fovea-jobs-client/react';
import type { ResultOf } from '@graphql-typed-document-node/core';
const jobs = createJobs({ url: '/graphql', token: 'abc', transports: ['sse', 'poll'] });
const run = await jobs.run.extractClaims({ summaryId: '1', strategy: 'HIERARCHICAL' }, { tags: ['a'] });
if (run.error) {
  if (run.error.__typename === 'ValidationError') run.error.issues[0]!.path satisfies readonly string[];
  // @ts-expect-error It was not started.
  run.id.length;
} else {
  (await run.result).claims[0]!.text satisfies string;
  // @ts-expect-error Claims have no frames.
  (await run.result).keyFrames;
}
// @ts-expect-error A summary is of a video.
void jobs.run.summarizeVideo({ personaId: '1' });
// @ts-expect-error There is no such mutation.
void jobs.run.danceWithVideo({});
for await (const job of jobs.watch('1')) job.state satisfies 'QUEUED' | string;
declare const update: ResultOf<typeof JobUpdatedDocument>;
update.jobUpdated.version satisfies number;
export function View() {
  const state = useJob('1', (job) => job?.state);
  // @ts-expect-error It may not be known yet.
  state.length;
  const { submit } = useSubmit('trackObjects');
  // @ts-expect-error That is the input of another mutation.
  void submit({ summaryId: '1' });
  return state;
}
`;

/** Writes the snippets of the README and other uses of the types into a folder. */
export async function writeTypeUses(folder: string): Promise<void> {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const snippets = [...readme.matchAll(/^```(tsx?)\n([^]*?)^```$/gm)];
  if (snippets.length < 4) throw new Error('The README has lost its snippets.');
  const files = snippets.map(
    ([, kind, code], index) => [`snippet-${index}.${kind}`, code!] as const,
  );
  for (const [name, code] of [...files, ['page.d.ts', page], ['uses.ts', uses]] as const) {
    await writeFile(join(folder, name), code);
  }
}
