import { describe, expect, test } from 'vitest';
import { bearer, createTicket, signIn } from '../../environment/access/credentials.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import { createSubjects } from '../../environment/jobs/jobs.ts';
import { transcribe } from '../../environment/jobs/transcripts.ts';
import { fields, ofSummary, useTranscripts, vessels, welcome } from './use-transcripts.ts';

expectNoLeaks();

const tenants = useTranscripts();

describe('transcripts', () => {
  test('they are there for their owner and operators alone', async () => {
    const subjects = await tenants.register();
    const summary = await tenants.summarize(subjects);
    const { id, result } = await transcribe(tenants.ann, { videoId: subjects.videoId });
    for (const graphql of [tenants.ann, tenants.olga]) {
      expect(await tenants.readNewest(graphql, subjects)).toMatchObject({ id: result.id });
      expect(await tenants.read(graphql, result.id)).toMatchObject({ id: result.id });
      expect(await tenants.readOfSummary(graphql, summary.id)).toEqual(ofSummary(summary.id));
    }
    for (const foreign of [result.id, `summary-${summary.id}`]) {
      expect(await tenants.read(tenants.ben, foreign)).toBeNull();
    }
    expect(await tenants.readOfSummary(tenants.ben, summary.id)).toBeUndefined();
    // Of a video that he calls the same, he sees his own.
    await createSubjects(tenants.ben, { id: subjects.videoId, path: 'of-ben.mp4' });
    expect(await tenants.readNewest(tenants.ben, subjects)).toBeNull();
    const headers = bearer(await signIn('ben'));
    expect((await fetch(`${tenants.app.url}/api/jobs/${id}`, { headers })).status).toBe(404);
    const document = `mutation ($input: TranscribeVideoInput!) {
      transcribeVideo(input: $input) { __typename } }`;
    const { videoId } = await tenants.register();
    expect(await tenants.ben.request(document, { input: { videoId } })).toEqual({
      transcribeVideo: { __typename: 'NotFoundError' },
    });
  });

  test('the ticket of a job shows the one that this job made, and no other', async () => {
    const subjects = await tenants.register();
    const summary = await tenants.summarize(subjects);
    const silent = await tenants.summarize(subjects, {});
    const { id, result } = await transcribe(tenants.ann, {
      videoId: subjects.videoId,
      diarize: true,
    });
    const watch = async (jobId: string, selection: string) => {
      const holder = createGraphQLClient(tenants.app.url, await createTicket(tenants.ann, jobId));
      const document = `subscription ($id: ID!) { jobUpdated(id: $id) { ${selection} } }`;
      const [answer] = await Array.fromAsync(holder.subscribe('sse', document, { id: jobId }));
      return answer;
    };
    const own = `... on TranscriptionJob { result { ${fields} } }`;
    expect((await watch(id, own))?.data?.['jobUpdated']).toMatchObject({
      result: { id: result.id, speakers: ['SPEAKER_00', 'SPEAKER_01'], segmentCount: 2 },
    });
    const part = `... on VideoSummarizationJob { result { transcript { ${fields} } } }`;
    expect((await watch(summary.jobId, part))?.data?.['jobUpdated']).toEqual({
      result: { transcript: ofSummary(summary.id) },
    });
    expect((await watch(silent.jobId, part))?.data?.['jobUpdated']).toEqual({
      result: { transcript: null },
    });
    const video = '... on TranscriptionJob { result { video { transcript { id } } } }';
    // There are others of this video, which other jobs made.
    expect((await watch(id, video))?.data?.['jobUpdated']).toEqual({
      result: { video: { transcript: { id: result.id } } },
    });
    const ticket = await createTicket(tenants.ann, id);
    const polled = await (await fetch(`${tenants.app.url}/api/jobs/${id}?ticket=${ticket}`)).json();
    expect(polled).toMatchObject({ result: { id: result.id, text: `${welcome}\n${vessels}` } });
  });
});
