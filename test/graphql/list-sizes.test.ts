import { beforeAll, describe, expect, test } from 'vitest';
import { createSubjects, startJob } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { readJobPage, startManyJobs } from '../environment/jobs/job-pages.ts';

expectNoLeaks();

describe('a list', () => {
  const server = useApiServer('external');

  beforeAll(async () => {
    await startJob(server.graphql, 'summarizeVideo', await createSubjects(server.graphql));
  });

  test.each(['jobs', 'videos'])(
    'gives as many %s as it is asked for, or says how many it may be',
    async (field) => {
      const selection = '{ edges { cursor } pageInfo { hasNextPage hasPreviousPage } }';
      for (const name of ['first', 'last']) {
        for (const size of [-1, 101, 1_000, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1]) {
          const query = `query ($size: Int) { ${field}(${name}: $size) ${selection} }`;
          const { errors } = await server.graphql.send(query, { size });
          expect(errors).toMatchObject([
            {
              message: `\`${name}\` must be from 0 to 100, not ${size}.`,
              extensions: { code: 'BAD_USER_INPUT' },
            },
          ]);
        }
        const data = await server.graphql.request(`{ ${field}(${name}: 0) ${selection} }`);
        const more = name === 'first' ? 'hasNextPage' : 'hasPreviousPage';
        expect(data[field]).toMatchObject({ edges: [], pageInfo: { [more]: true } });
      }
    },
  );

  test('does nothing of a mutation that asks for a list of no size', async () => {
    const { videoId, personaId } = await createSubjects(server.graphql, { path: 'of-no-size.mp4' });
    const { data, errors } = await server.graphql.send(
      `mutation ($input: SummarizeVideoInput!) {
        summarizeVideo(input: $input) { ... on SummarizeVideoPayload { job { logs(first: 2000) { message } } } }
      }`,
      { input: { videoId, personaId } },
    );
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect((await readJobPage(server.graphql, { filter: { videoId } })).ids).toEqual([]);
  });

  test('has 20 jobs on a page, or as many as asked for up to 100', async () => {
    const mine = await createSubjects(server.graphql, { path: 'many.mp4' });
    const filter = { videoId: mine.videoId };
    await startManyJobs(server.graphql, mine, 102);
    for (const [page, count] of [
      [{}, 20],
      [{ first: null }, 20],
      [{ first: 100 }, 100],
    ] as const) {
      const { ids, hasNextPage } = await readJobPage(server.graphql, { filter, ...page });
      expect(ids).toHaveLength(count);
      expect(hasNextPage).toBe(true);
    }
    const { ids, hasPreviousPage } = await readJobPage(server.graphql, { filter, last: 100 });
    expect(ids).toHaveLength(100);
    expect(hasPreviousPage).toBe(true);
  });
});
