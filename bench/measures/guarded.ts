import { SignJWT } from 'jose';
import { startLoad } from '../deployment.ts';
import type { RequestLoad } from '../load/requests.ts';
import { atMost } from '../report/bounds.ts';
import type { PostgresServer } from '../services.ts';
import { tokenRules, videoId } from '../variants/ours.ts';
import type { Measure, Sample } from './measure.ts';
import { measureRate, toKnownGet, toPost } from './polling.ts';

const owners = 1_000;

interface OwnedJob {
  id: string;
  owner: string;
}

/** What tokens, limits and many owners cost: the rates of requests to an API without, of those to one with them. */
export const guarded: Measure = {
  name: 'guarded',
  variants: ['ours'],
  warmUps: 1,
  rows: [
    {
      key: 'query',
      title: '`Query.job` with JWT, limits and 1,000 owners: times what it takes without',
      unit: '×',
      better: 'lower',
      must: atMost(1.15),
      aim: atMost(1.15),
    },
    {
      key: 'notModified',
      title:
        '`GET /api/jobs/:id` answered 304, with JWT, limits and 1,000 owners: times what it takes without',
      unit: '×',
      better: 'lower',
      must: atMost(1.15),
      aim: atMost(1.15),
    },
  ],
  open: async ({ quick, services }, variant) => {
    await using stack = new AsyncDisposableStack();
    stack.defer(variant.clear);
    const open = stack.use(await variant.startApi());
    const api = stack.use(await variant.startGuardedApi!());
    const load = stack.use(await startLoad());
    const jobs = await insertJobs(services.postgres);
    const known = await Promise.all(jobs.map(({ owner }) => toCredentials(owner)));
    const ask = async (url: string, credentials: Record<string, string>[]) => ({
      url,
      posts: jobs.map(({ id }, at) => toPost(id, credentials[at])),
      gets: await Promise.all(jobs.map(({ id }, at) => toKnownGet(url, id, credentials[at]))),
    });
    const plain = await ask(open.url, []);
    const withTokens = await ask(api.url, known);
    const rate = async (url: string, requests: RequestLoad['requests'], status: number) =>
      measureRate(load, { url, seconds: quick ? 2 : 4, requests }, status);
    const opened = stack.move();
    return {
      round: async (): Promise<Sample> => {
        const samples = {
          post: await rate(plain.url, plain.posts, 200),
          guardedPost: await rate(withTokens.url, withTokens.posts, 200),
          get: await rate(plain.url, plain.gets, 304),
          guardedGet: await rate(withTokens.url, withTokens.gets, 304),
        };
        const { post, guardedPost, get, guardedGet } = samples;
        return {
          figures: {
            query: post.figures['rate']! / guardedPost.figures['rate']!,
            notModified: get.figures['rate']! / guardedGet.figures['rate']!,
          },
          details: Object.fromEntries(
            Object.entries(samples).map(([name, { figures }]) => [name, figures['rate']!]),
          ),
          flaw: Object.values(samples).find(({ flaw }) => flaw)?.flaw,
        };
      },
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  },
};

/** Jobs that have ended, so that nothing takes them for lost: one of each owner. */
async function insertJobs({ client }: PostgresServer): Promise<OwnedJob[]> {
  const { rows } = await client.query<OwnedJob>(
    `insert into job (id, type, state, version, owner, input, result_id, progress, attempt, max_attempts,
                      priority, priority_rank, created_at, dispatched_at, started_at, finished_at)
     select gen_random_uuid(), 'VIDEO_SUMMARIZATION', 'COMPLETED', 12, 'owner-' || i, jsonb_build_object('videoId', $2::text),
       gen_random_uuid(), 100, 1, 3, 'NORMAL', 5, now(), now(), now(), now()
     from generate_series(1, $1::int) i returning id, owner`,
    [owners, videoId],
  );
  return rows;
}

async function toCredentials(owner: string): Promise<Record<string, string>> {
  const { issuer, audience, secret } = tokenRules;
  const token = await new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(owner)
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
  return { authorization: `Bearer ${token}` };
}
