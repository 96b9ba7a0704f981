import { startBatch } from '../../../test/environment/jobs/batches.ts';
import { createSubjects, followJob, startJob } from '../../../test/environment/jobs/jobs.ts';
import type { FakeModelService } from '../../../test/environment/model-service/fake-model-service.ts';
import type { GraphQLClient } from '../../../test/environment/clients/graphql-client.ts';
import { completeJob } from './run-job.ts';

/** Names as people give them: one that goes on and on, and one that cannot be broken. */
const longTitle = `The ${'very '.repeat(16)}long night at the harbour`;
const unbrokenTitle = `${'crossing_shapes_'.repeat(6)}final.mp4`;
const format = { width: 1_280, height: 720, frameRate: 25, durationSeconds: 246 };

/** The ids of what `setUpScreens` has made, by what it is. */
export type Ids = Record<
  | 'summary'
  | 'transcript'
  | 'detection'
  | 'tracking'
  | 'claims'
  | 'synthesis'
  | 'failed'
  | 'later'
  | 'batch',
  string
>;

/** The path of every screen, by its name. */
export const screens: Record<string, (ids: Ids) => string> = {
  'the jobs': () => '/',
  'a job beside the jobs': ({ failed }) => `/?selected=${failed}`,
  'no job': () => '/?text=nothing',
  'a summary': ({ summary }) => `/jobs/${summary}`,
  'a timeline': ({ summary }) => `/jobs/${summary}/timeline`,
  'a log': ({ summary }) => `/jobs/${summary}/log`,
  'an input': ({ summary }) => `/jobs/${summary}/input`,
  'what the API says of a job': ({ summary }) => `/jobs/${summary}/raw`,
  claims: ({ claims }) => `/jobs/${claims}`,
  'a synthesis': ({ synthesis }) => `/jobs/${synthesis}`,
  'a transcript': ({ transcript }) => `/jobs/${transcript}`,
  'a detection': ({ detection }) => `/jobs/${detection}`,
  'a tracking': ({ tracking }) => `/jobs/${tracking}`,
  'a job that failed': ({ failed }) => `/jobs/${failed}`,
  'a job that waits': ({ later }) => `/jobs/${later}`,
  'a job that is not there': () => '/jobs/none',
  'a comparison': ({ summary, failed }) => `/compare/${summary}/${failed}`,
  'a batch': ({ batch }) => `/batches/${batch}`,
  'a batch that is not there': () => '/batches/none',
  'a new job': () => '/new',
  'the queues': () => '/queues',
  'the errors': () => '/errors',
  'the settings': () => '/settings',
};

/** Runs a job of each kind, and one that fails. */
export async function setUpScreens(
  graphql: GraphQLClient,
  model: Pick<FakeModelService, 'answer'>,
): Promise<Ids> {
  const input = await createSubjects(graphql, { title: longTitle, ...format });
  const { videoId } = await createSubjects(graphql, {
    title: unbrokenTitle,
    path: 'shapes.mp4',
    ...format,
  });
  const run = (mutation: string, of: object) => completeJob(graphql, mutation, of);
  const [summary, transcript, detection, tracking] = await Promise.all([
    run('summarizeVideo', input),
    run('transcribeVideo', { videoId }),
    run('detectObjects', { videoId, query: 'tug. person.', frames: { numbers: [0, 25] } }),
    run('trackObjects', {
      videoId,
      objects: [{ label: unbrokenTitle, box: { x: 0.1, y: 0.1, width: 0.2, height: 0.2 } }],
      endSeconds: 1,
    }),
  ]);
  const claims = await run('extractClaims', { summaryId: summary.resultId });
  const synthesis = await run('synthesizeClaims', { summaryIds: [summary.resultId] });
  model.answer('/api/summarize', { status: 422, json: { detail: `No ${unbrokenTitle}.` } });
  const tags = ['a-tag-that-goes-on-and-on', 'weekly'];
  const failed = await startJob(graphql, 'summarizeVideo', input, { tags });
  await followJob(graphql, 'sse', failed['id']);
  const later = await startJob(graphql, 'summarizeVideo', input, { delayMs: 86_400_000 });
  const { batch } = await startBatch(graphql, {
    name: longTitle,
    jobs: [{ summarizeVideo: input }, { transcribeVideo: { videoId } }],
  });
  return {
    summary: summary.id,
    transcript: transcript.id,
    detection: detection.id,
    tracking: tracking.id,
    claims: claims.id,
    synthesis: synthesis.id,
    failed: failed['id'],
    later: later['id'],
    batch: batch.id,
  };
}
