import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBaselineModel } from '../../../src/stack/baseline-model.ts';
import { accounts, createTicket, signIn } from '../../environment/access/credentials.ts';
import { createTestStack } from '../../environment/app/app.ts';
import { startAppWithDatabase } from '../../environment/app/app-with-database.ts';
import type { AppWithDatabase } from '../../environment/app/app-with-database.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import type { GraphQLClient } from '../../environment/clients/graphql-client.ts';
import { createSubjects, followJob, startJob } from '../../environment/jobs/jobs.ts';
import { readCues } from '../../environment/moments/cues.ts';

expectNoLeaks();

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const mediaRoot = new URL('../../../samples', import.meta.url).pathname;
const token = 'a-token-of-ours';

interface Claim {
  text: string;
  moments: { start: number; end: number; confidence: number }[];
  subclaims?: Claim[];
}

const claimFields = 'text moments { start end confidence }';
const selection = `... on ClaimExtractionJob { result {
  claims { ${claimFields} subclaims { ${claimFields} subclaims { ${claimFields} } } } } }`;

describe('with the baseline model', () => {
  const disposables = new AsyncDisposableStack();
  let app: AppWithDatabase;
  let ann: GraphQLClient;

  beforeAll(async () => {
    const stack = disposables.use(await createTestStack('external'));
    const options = {
      host: '127.0.0.1',
      port: 0,
      token,
      mediaRoot,
      stepDelayMs: 0,
      logger: silent,
    };
    const model = disposables.use(await startBaselineModel(options));
    const env = { ...accounts, MODEL_SERVICE_URL: model.url, MODEL_SERVICE_TOKEN: token };
    app = disposables.use(await startAppWithDatabase(stack, env));
    ann = createGraphQLClient(app.url, await signIn('ann'));
  });

  afterAll(() => disposables.disposeAsync());

  /** Runs a job, which must complete; returns its id. */
  async function run(mutation: string, input: object): Promise<string> {
    const { id } = await startJob(ann, mutation, input);
    expect((await followJob(ann, 'sse', id)).at(-1)).toMatchObject({ state: 'COMPLETED' });
    return id;
  }

  /** Summarizes a sample and extracts the claims; returns the id of the extraction's job. */
  async function analyze(path: string, input: object): Promise<string> {
    const job = await run('summarizeVideo', { ...(await createSubjects(ann, { path })), ...input });
    const { job: summary } = await ann.request(
      `query ($id: ID!) { job(id: $id) { ... on VideoSummarizationJob { result { id } } } }`,
      { id: job },
    );
    const summaryId = summary.result.id;
    return run('extractClaims', { summaryId, strategy: 'HIERARCHICAL', minConfidence: 0 });
  }

  async function readClaims(id: string): Promise<Claim[]> {
    const { job } = await ann.request(`query ($id: ID!) { job(id: $id) { ${selection} } }`, { id });
    return flatten(job.result.claims);
  }

  test.each([
    ['harbour-news.mp4', 'harbour-news.vtt', 10],
    ['bee-interview.webm', 'bee-interview.srt', 4],
  ])('every claim of %s is made within two seconds of its moment', async (path, file, least) => {
    const cues = readCues(await readFile(`samples/${file}`, 'utf8'));
    const claims = await readClaims(await analyze(path, { enableAudio: true }));
    expect(claims.length).toBeGreaterThanOrEqual(least);
    for (const { text, moments } of claims) {
      const said = text.replace(/^PROF\. ADEYEMI says: “(.*)”$/, '$1').replace(/\.$/, '');
      const second = findSecond(cues, said);
      expect([text, Math.abs((moments[0]?.start ?? -9) - second) < 2]).toEqual([text, true]);
      if (said === text.replace(/\.$/, '')) {
        expect(moments[0]!.confidence).toBe(1);
        expect(Math.abs(moments[0]!.start - second)).toBeLessThan(0.5);
      }
    }
  });

  test('without a transcript, key frames tell what they show, and only that', async () => {
    const cues = readCues(await readFile('samples/harbour-news.vtt', 'utf8'));
    const claims = await readClaims(await analyze('harbour-news.mp4', { enableAudio: false }));
    const found = claims.filter(({ moments }) => moments.length > 0);
    expect(found.length).toBeGreaterThan(claims.length / 2);
    for (const { text, moments } of found) {
      const [{ start, end, confidence }] = moments as [Claim['moments'][number]];
      expect(Math.abs(start - findSecond(cues, text.replace(/\.$/, '')))).toBeLessThan(5);
      expect(end).toBe(start);
      expect(confidence).toBeLessThanOrEqual(0.8);
    }
  });

  test('the ticket of an extraction shows them', async () => {
    const id = await analyze('bee-interview.webm', { enableAudio: true });
    const holder = createGraphQLClient(app.url, await createTicket(ann, id));
    const document = `subscription ($id: ID!) { jobUpdated(id: $id) { ${selection} } }`;
    const [answer] = await Array.fromAsync(holder.subscribe('sse', document, { id }));
    const shown = flatten(answer!.data!['jobUpdated'].result.claims);
    expect(shown).toEqual(await readClaims(id));
    expect(shown[0]!.moments).not.toEqual([]);
  });
});

function flatten(claims: readonly Claim[]): Claim[] {
  return claims.flatMap((claim) => [claim, ...flatten(claim.subclaims ?? [])]);
}

/** When words begin to be said, if those of a cue follow one another evenly. */
function findSecond(cues: ReturnType<typeof readCues>, words: string): number {
  const whole = cues.map(({ text }) => text).join(' ');
  const at = whole.toLowerCase().indexOf(words.toLowerCase());
  expect([words, at >= 0]).toEqual([words, true]);
  let begin = 0;
  for (const { start, end, text } of cues) {
    if (at < begin + text.length + 1) return start + ((end - start) * (at - begin)) / text.length;
    begin += text.length + 1;
  }
  throw new Error('not said');
}
