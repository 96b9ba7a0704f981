import { describe, expect, test } from 'vitest';
import { deleteOldResults } from '../../../src/jobs/rows/retention.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { ageJobs, ageResults } from '../../environment/jobs/insert-jobs.ts';
import { transcribe } from '../../environment/jobs/transcripts.ts';
import { ofSummary, useTranscripts, vessels, welcome } from './use-transcripts.ts';

expectNoLeaks();

const tenants = useTranscripts();

describe('of transcripts', () => {
  test('a summary with audio has one, and one without has none', async () => {
    const subjects = await tenants.register();
    const silent = await tenants.summarize(subjects, {});
    expect(await tenants.readOfSummary(tenants.ann, silent.id)).toBeNull();
    expect(await tenants.read(tenants.ann, `summary-${silent.id}`)).toBeNull();
    const { id } = await tenants.summarize(subjects);
    expect(await tenants.readOfSummary(tenants.ann, id)).toEqual(ofSummary(id));
    const whole = { ...ofSummary(id), video: { id: subjects.videoId } };
    expect(await tenants.read(tenants.ann, `summary-${id}`)).toEqual(whole);
    expect(await tenants.read(tenants.ann, `SUMMARY-${id.toUpperCase()}`)).toEqual(whole);
    expect(await tenants.read(tenants.ann, id)).toBeNull();
  });

  test('a video has the newest, whichever job made it', async () => {
    const subjects = await tenants.register();
    expect(await tenants.readNewest(tenants.ann, subjects)).toBeNull();
    const first = await tenants.summarize(subjects);
    expect(await tenants.readNewest(tenants.ann, subjects)).toEqual(ofSummary(first.id));
    const { result } = await transcribe(tenants.ann, { videoId: subjects.videoId });
    expect(await tenants.readNewest(tenants.ann, subjects)).toMatchObject({
      id: result.id,
      segmentCount: 2,
    });
    await tenants.summarize(subjects, {});
    expect(await tenants.readNewest(tenants.ann, subjects)).toMatchObject({ id: result.id });
    const second = await tenants.summarize(subjects);
    expect(await tenants.readNewest(tenants.ann, subjects)).toEqual(ofSummary(second.id));
  });

  test('a page of videos and of summaries has those of each', async () => {
    const [one, other, none] = [
      await tenants.register(),
      await tenants.register(),
      await tenants.register(),
    ];
    const summaries = [
      await tenants.summarize(one),
      await tenants.summarize(one),
      await tenants.summarize(other),
    ];
    const { result } = await transcribe(tenants.ann, { videoId: other.videoId });
    const { videos: page } = await tenants.ann.request(`{ videos(first: 3) { edges { node { id
      transcript { id a: segments(first: 1) { text } b: segments(after: 0) { text } }
      summaries { transcript { id text segmentCount } } } } } }`);
    const own = ({ id }: { id: string }) => ({
      id: `summary-${id}`,
      text: welcome,
      segmentCount: 1,
    });
    expect(page.edges.map(({ node }: { node: object }) => node)).toEqual([
      { id: none.videoId, transcript: null, summaries: [] },
      {
        id: other.videoId,
        transcript: { id: result.id, a: [{ text: welcome }], b: [{ text: vessels }] },
        summaries: [{ transcript: own(summaries[2]!) }],
      },
      {
        id: one.videoId,
        transcript: { id: own(summaries[1]!).id, a: [{ text: welcome }], b: [] },
        summaries: [{ transcript: own(summaries[1]!) }, { transcript: own(summaries[0]!) }],
      },
    ]);
  });

  test('one goes with all its segments once it is old, and its job is gone', async () => {
    const subjects = await tenants.register();
    const { id, result } = await transcribe(tenants.ann, { videoId: subjects.videoId });
    const kinds = jobDefinitions.map((definition) => definition.result);
    const sweep = () => deleteOldResults(tenants.app.db, kinds, 200, 100);
    await ageResults(tenants.app.db, 'transcript', 200);
    await ageJobs(tenants.app.db, 200, [{ id }]);
    expect(await sweep()).toBe(0);
    await tenants.app.db.deleteFrom('job').where('id', '=', id).execute();
    expect(await sweep()).toBe(1);
    expect(await tenants.read(tenants.ann, result.id)).toBeNull();
    const parts = tenants.app.db.selectFrom('transcriptPart').selectAll();
    expect(await parts.where('transcriptId', '=', result.id).execute()).toEqual([]);
  });
});
