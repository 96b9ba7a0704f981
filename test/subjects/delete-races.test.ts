import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { stackKinds } from '../environment/app/app.ts';
import type { StackKind } from '../environment/app/app.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { eventually } from '../environment/eventually.ts';
import { createSubjects } from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';

expectNoLeaks();

const rounds = 25;
const failure = '__typename ... on Error { message } ... on NotFoundError { kind path }';

function useDeletions(kind: StackKind) {
  const server = useApiServer(kind);
  let count = 0;
  return {
    server,
    createNew: () => {
      count += 1;
      const name = `Analyst ${count}`;
      return createSubjects(server.graphql, { path: `${count}.mp4` }, { name });
    },
    start: async (input: Subjects, mutation = 'summarizeVideo') => {
      const verb = mutation[0]!.toUpperCase() + mutation.slice(1);
      const document = `mutation ($input: ${verb}Input!) { ${mutation}(input: $input) { ${failure} } }`;
      return (await server.graphql.request(document, { input }))[mutation];
    },
    remove: async ({ videoId, personaId }: Subjects, what: 'Video' | 'Persona') => {
      const id = what === 'Video' ? videoId : personaId;
      const document = `mutation ($id: ID!) { delete${what}(id: $id) { __typename } }`;
      return (await server.graphql.request(document, { id }))[`delete${what}`].__typename;
    },
  };
}

describe.each(stackKinds)('on the %s stack', (kind) => {
  const { server, createNew, start, remove } = useDeletions(kind);

  test('of a job and of the deletion of what it works on, sent at once, one succeeds', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const subjects = await createNew();
      const mutation = round % 3 === 0 ? 'analyzeVideo' : 'summarizeVideo';
      const what = round % 2 === 0 ? 'Video' : 'Persona';
      const begun = start(subjects, mutation);
      // Sooner or later, so that each of them is first at times.
      for (let turn = 0; turn < round % 8; turn += 1)
        await server.graphql.request('{ __typename }');
      const [job, deleted] = await Promise.all([begun, remove(subjects, what)]);
      const outcomes = `${job.__typename} ${deleted}`;
      expect(outcomes).toMatch(
        /^((Summarize|Analyze)VideoPayload ConflictError|NotFoundError Delete(Video|Persona)Payload)$/,
      );
    }
    const { db } = server.stack;
    const jobs = await db.selectFrom('job').select('input').execute();
    const videos = await db.selectFrom('video').select('id').execute();
    const there = new Set(videos.map(({ id }) => id));
    const named = jobs.flatMap(({ input }) => (input['videoId'] as string | undefined) ?? []);
    expect(named.filter((id) => !there.has(id))).toEqual([]);
  });
});

// The embedded database runs one transaction at a time.
describe('on the external stack', () => {
  const { server, createNew, start } = useDeletions('external');

  test.each(['summarizeVideo', 'analyzeVideo'])(
    'a job that was checked before its video is deleted, and stored after it, is refused by %s',
    async (mutation) => {
      const { db } = server.stack;
      const subjects = await createNew();
      const started = await db.transaction().execute(async (trx) => {
        const { videoId: id } = subjects;
        await trx.selectFrom('video').select('id').where('id', '=', id).forUpdate().execute();
        const answer = start(subjects, mutation);
        await eventually(async () => {
          const { rows } = await sql`
            select from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
          expect(rows).toHaveLength(1);
        });
        await trx.deleteFrom('video').where('id', '=', id).execute();
        return { answer };
      });
      expect(await started.answer).toMatchObject({
        __typename: 'NotFoundError',
        kind: 'video',
        path: ['input', 'videoId'],
      });
      const jobs = await db.selectFrom('job').select('id').execute();
      expect(jobs).toEqual([]);
    },
  );
});
