import { expect } from 'vitest';
import type { GraphQLClient } from '../clients/graphql-client.ts';
import { followJob, startJob } from './jobs.ts';

const transcriptFields = `id language durationSeconds segmentCount speakers modelsUsed text
  segments { index start end text speaker } video { id }`;

/** Transcribes a video, which must succeed; gives the job's last version with its result. */
export async function transcribe(
  graphql: GraphQLClient,
  input: { videoId: string; language?: string; diarize?: boolean },
): Promise<Record<string, any>> {
  const { id } = await startJob(graphql, 'transcribeVideo', input);
  const final = (await followJob(graphql, 'sse', id)).at(-1)!;
  expect(final).toMatchObject({ state: 'COMPLETED', error: null });
  const { job } = await graphql.request(
    `query ($id: ID!) { job(id: $id) { ... on TranscriptionJob { result { ${transcriptFields} } } } }`,
    { id },
  );
  return { ...final, ...job };
}

/** A segment as the API shows it. */
export function segment(index: number, start: number, end: number, text: string, speaker?: string) {
  return { index, start, end, text, speaker: speaker ?? null };
}
