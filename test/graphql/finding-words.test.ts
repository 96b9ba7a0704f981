import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { localSession } from '../../src/access/identity/session.ts';
import { toFilter } from '../../src/graphql/job/job-filter.ts';
import { selectNewest } from '../../src/jobs/rows/select-examined.ts';
import { stackKinds } from '../environment/app/app.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { insertTestJob } from '../environment/jobs/insert-jobs.ts';
import { createSubjects, startJob } from '../environment/jobs/jobs.ts';
import { insertSummary } from '../environment/jobs/results.ts';

expectNoLeaks();

const titles = {
  quay: 'Le Quai d’Été: Übergröße at night',
  port: '港口监控视频 7',
  arabic: 'تقرير الميناءُ',
  russian: 'Портовый Край',
  korean: '부산항에서',
};

describe.each(stackKinds)('on the %s stack', (kind) => {
  const server = useApiServer(kind);
  /** By what it is. */
  const ids: Record<string, string> = {};

  async function setInput(name: string, type: string, input: object): Promise<void> {
    const { id } = await insertTestJob(server.stack.db);
    const change = { type, input: JSON.stringify(input) };
    await server.stack.db.updateTable('job').set(change).where('id', '=', id).execute();
    ids[name] = id;
  }

  beforeAll(async () => {
    const { db } = server.stack;
    for (const [name, title] of Object.entries(titles)) {
      const subjects = await createSubjects(
        server.graphql,
        { title, path: `${name}.mp4` },
        { name: `Analyst of ${name}` },
      );
      const options = { tags: [name, 'Batch_2026-11'] };
      ids[name] = (await startJob(server.graphql, 'summarizeVideo', subjects, options))['id'];
      if (name !== 'quay') continue;
      const { id: jobId, resultId } = await insertTestJob(db);
      const gloss = [{ type: 'text', content: 'The bridge cost 48 million euros.' }] as const;
      await insertSummary(db, { id: resultId, jobId, gloss: [...gloss], ...subjects });
      await setInput('claims', 'CLAIM_EXTRACTION', { summaryId: resultId });
      await setInput('synthesis', 'CLAIM_SYNTHESIS', { summaryIds: [resultId] });
    }
    await setInput('odd', 'CLAIM_EXTRACTION', { summaryId: 'none', personaId: 'none' });
    const error = { code: 'MODEL_REJECTED', message: 'No frames in "it\'s.mp4".', attempt: 1 };
    await sql`update job set state = 'FAILED', finished_at = now(), error = ${JSON.stringify({ ...error, retryable: false })}::jsonb
      where id = ${ids['odd']}`.execute(db);
  });

  async function find(filter: object): Promise<{ names: string[]; totalCount: number }> {
    const { jobs } = await server.graphql.request(
      'query ($filter: JobFilter) { jobs(filter: $filter, first: 50) { totalCount edges { node { id } } } }',
      { filter },
    );
    const byId = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
    const names = jobs.edges.map(({ node }: { node: { id: string } }) => byId.get(node.id)!);
    return { names: names.toSorted(), totalCount: jobs.totalCount };
  }

  /** As if very many jobs had these words: jobs are read, and then those are found that have them. */
  async function findAmongRead(text: string): Promise<string[]> {
    const { viewer } = localSession;
    const { db } = server.stack;
    const filter = { ...(await toFilter({ text }, { db, viewer })), rarest: undefined };
    const { rows } = await sql<{ id: string }>`
      select * from ${selectNewest(viewer, filter, { limit: 50 })} found`.execute(db);
    const found = new Set(rows.map(({ id }) => id));
    return Object.keys(ids).filter((name) => found.has(ids[name]!));
  }

  const ofQuay = ['claims', 'quay', 'synthesis'];
  test.each([
    ['words of a title, in any case', 'QUAI night', ofQuay],
    ['the beginnings of words', 'qua ni', ofQuay],
    ['no middles of words', 'uai', []],
    ['words without their accents', 'ubergroße ete', ofQuay],
    ['words with accents that the title lacks', 'nïght', ofQuay],
    ['what is written in full width', 'ｎｉｇｈｔ', ofQuay],
    ['characters, where words have no spaces', '监控', ['port']],
    ['characters that are not all there', '监狱', []],
    ['a vowelled word without its vowels', 'الميناء', ['arabic']],
    ['Cyrillic in any case', 'ПОРТОВЫЙ край', ['russian']],
    ['a word before its particles', '부산', ['korean']],
    ['a persona’s name', 'analyst of QUAY', ofQuay],
    ['a tag', 'batch 2026', Object.keys(titles).toSorted()],
    ['words of tag and title', '2026 портовый', []],
    ['words of two tags', '2026 russian', ['russian']],
    ['an error’s code', 'rejected', ['odd']],
    ['an error’s message', "frames it's.mp4", ['odd']],
    ['words of two jobs', 'rejected night', []],
    ['operators of searches', 'night & !quai | (x):*', []],
    ['operators alone', "&|!():*<->'\\%", [...ofQuay, ...Object.keys(titles).slice(1), 'odd']],
    ['patterns', 'nig%', ofQuay],
    ['patterns of one character', 'n_ght', []],
    ['what Postgres cannot store', 'night\0', []],
    ['half of a surrogate pair', 'night \ud83d', []],
    ['a quote', "quai's", []],
    ['a backslash', 'quai\\', ofQuay],
    ['an emoji', '🚢', []],
  ])('jobs are found, and counted, by %s', async (_what, text, expected) => {
    const { names, totalCount } = await find({ text });
    const known = names.filter((name) => name !== undefined);
    expect(known.toSorted()).toEqual(expected.toSorted());
    if (expected.length < 8) expect(totalCount).toBe(expected.length);
    expect((await findAmongRead(text)).toSorted()).toEqual(expected.toSorted());
  });

  test('words are combined with whatever else is asked for', async () => {
    const text = 'quai';
    expect(await find({ text, types: ['CLAIM_EXTRACTION'] })).toMatchObject({ names: ['claims'] });
    expect(await find({ text, tags: ['quay'] })).toMatchObject({ names: ['quay'] });
    expect(await find({ text, states: ['FAILED'] })).toMatchObject({ names: [] });
    const query = `query ($filter: JobFilter) {
      jobCounts(filter: $filter) { type count } jobErrorGroups(filter: $filter) { code count } }`;
    const quay = await server.graphql.request(query, { filter: { text } });
    expect(quay.jobCounts).toHaveLength(3);
    const failed = await server.graphql.request(query, { filter: { text: 'frames' } });
    expect(failed.jobErrorGroups).toEqual([{ code: 'MODEL_REJECTED', count: 1 }]);
  });

  test.each([
    ['night '.repeat(2_000), '`filter.text` must have at most 200 characters.'],
    [
      Array.from({ length: 21 }, (_, n) => `w${n}`).join(' '),
      '`filter.text` must have at most 20 words.',
    ],
  ])('a text that is too long is refused, and says so', async (text, message) => {
    const query = 'query ($filter: JobFilter) { jobs(filter: $filter) { totalCount } }';
    const { errors } = await server.graphql.send(query, { filter: { text } });
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('a title that is changed is found by its new words, and not by its old', async () => {
    const created = await createSubjects(
      server.graphql,
      { title: 'Drydock', path: 'drydock.mp4' },
      { name: 'Shipwright' },
    );
    ids['drydock'] = (await startJob(server.graphql, 'summarizeVideo', created))['id'];
    expect(await find({ text: 'drydock' })).toMatchObject({ names: ['drydock'] });
    const mutation =
      'mutation ($id: ID!) { updateVideo(id: $id, input: { title: "Slipway" }) { __typename } }';
    await server.graphql.request(mutation, { id: created.videoId });
    expect(await find({ text: 'drydock' })).toMatchObject({ names: [] });
    expect(await find({ text: 'slipway' })).toMatchObject({ names: ['drydock'] });
    const query = 'query { jobs(filter: { text: "slipway" }) { totalCount totalCountIsExact } }';
    expect(await server.graphql.request(query)).toEqual({
      jobs: { totalCount: 1, totalCountIsExact: true },
    });
  });

  test('jobs are canceled by words', async () => {
    const mutation = 'mutation ($filter: JobFilter) { cancelJobs(filter: $filter) { changed } }';
    const filter = { text: 'край' };
    expect(await server.graphql.request(mutation, { filter })).toEqual({
      cancelJobs: { changed: 1 },
    });
    expect(await find({ ...filter, states: ['CANCELED'] })).toMatchObject({ names: ['russian'] });
  });
});
