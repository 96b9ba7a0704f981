import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, stackKinds, startTestApp } from '../environment/app/app.ts';
import type { TestApp } from '../environment/app/app.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { createTicket } from '../environment/access/credentials.ts';
import { createGraphQLClient } from '../environment/clients/graphql-client.ts';
import { openSubscription } from '../environment/clients/open-subscription.ts';
import type { OpenSubscription } from '../environment/clients/open-subscription.ts';
import { createSubjects, startJob } from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';
import { runJob } from '../environment/jobs/results.ts';
import { defaultAnswer } from '../environment/model-service/answers.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';

expectNoLeaks();

interface View {
  state: string;
  nextAttemptAt: string | null;
  waiting: { reason: string; message: string; until: string | null } | null;
}

const selection = 'state version nextAttemptAt waiting { reason message until }';
/** The stacks wait at the same time, and each runs its tests one after the other. */
const inTurn = { concurrent: false };

describe.concurrent.each(stackKinds)('on the %s stack', (kind) => {
  const disposables = new AsyncDisposableStack();
  let model: FakeModelService;
  let app: TestApp;
  let subjects: Subjects;
  let summaryId: string;

  beforeAll(async () => {
    const stack = disposables.use(await createTestStack(kind));
    model = disposables.use(await startFakeModelService());
    const env = {
      MODEL_SERVICE_URL: model.url,
      VIDEO_SUMMARIZATION_BACKOFF_MS: '60000',
      CLAIM_EXTRACTION_PER_OWNER: '1',
      CLAIM_SYNTHESIS_RATE_PER_MINUTE: '1',
    };
    app = disposables.use(await startTestApp({ stack, env }));
    subjects = await createSubjects(app.graphql);
    const { result } = await runJob(app.graphql, 'summarizeVideo', subjects);
    summaryId = result.id;
    await runJob(app.graphql, 'extractClaims', { summaryId });
  });

  afterAll(() => disposables.disposeAsync());

  const watch = (id: string) =>
    openSubscription<View>(
      app.url,
      'websocket',
      `subscription { jobUpdated(id: "${id}") { ${selection} } }`,
    );

  async function takeReason({ views }: OpenSubscription<View>, reason: string | undefined) {
    for (;;) {
      const view = await views.next();
      if (view.waiting?.reason === reason) return view;
    }
  }

  /** Ends with the job. */
  async function takeEnd({ views, leave }: OpenSubscription<View>): Promise<void> {
    while ((await views.next()).state !== 'COMPLETED');
    expect(views.all.at(-1)!.waiting).toBeNull();
    await leave();
  }

  const toSeconds = (time: string) => Math.ceil(Date.parse(time) / 1_000);

  /** The message has the time of `until`, to the second. */
  function expectTime({ message, until }: NonNullable<View['waiting']>): void {
    const [time] = message.match(/20[-\dT:]+Z/)!;
    expect(toSeconds(time)).toBe(toSeconds(until!));
  }

  test(
    'a queue that has let as many jobs start as it may says when it goes on',
    inTurn,
    async () => {
      await runJob(app.graphql, 'synthesizeClaims', { summaryIds: [summaryId] });
      const { id } = await startJob(app.graphql, 'synthesizeClaims', { summaryIds: [summaryId] });
      const watched = watch(id);
      const { waiting } = await takeReason(watched, 'RATE_LIMIT');
      expect(waiting!.message).toMatch(
        /^The queue lets 1 job start in a minute, and has done so\./,
      );
      expectTime(waiting!);
      const leftMs = Date.parse(waiting!.until!) - Date.now();
      expect(leftMs).toBeGreaterThan(0);
      expect(leftMs).toBeLessThan(61_000);
      await watched.leave();
    },
  );

  test('a job that is to start later says when', inTurn, async () => {
    const { id } = await startJob(app.graphql, 'summarizeVideo', subjects, { delayMs: 2_000 });
    const watched = watch(id);
    const { waiting, nextAttemptAt } = await takeReason(watched, 'DELAY');
    expect(waiting!.until).toBe(nextAttemptAt);
    expect(waiting!.message).toMatch(/^It starts at .*Z at the earliest\.$/);
    expectTime(waiting!);
    await takeEnd(watched);
  });

  test('a job that failed says by what, and when it runs again', inTurn, async () => {
    model.answer('/api/summarize', { status: 503, json: {} });
    const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
    const watched = watch(id);
    const { waiting, nextAttemptAt } = await takeReason(watched, 'RETRY');
    expect(waiting!.until).toBe(nextAttemptAt);
    expect(waiting!.message).toMatch(
      /^Attempt 1 failed with MODEL_UNAVAILABLE\. The next starts at /,
    );
    expectTime(waiting!);
    model.answer('/api/summarize', (call) => defaultAnswer('/api/summarize', call));
    await app.graphql.request(`mutation { cancelJob(id: "${id}") { __typename } }`);
    expect((await takeReason(watched, undefined)).state).toBe('CANCELED');
    await watched.leave();
  });

  test(
    'a step of a pipeline says which job it waits for, and then that it is in its queue',
    inTurn,
    async () => {
      const summarizing = model.hold('/api/summarize');
      const extracting = model.hold('/api/extract-claims');
      const { id: earlier } = await startJob(app.graphql, 'extractClaims', { summaryId });
      await extracting.reached();
      const data = await app.graphql.request(
        `mutation ($input: AnalyzeVideoInput!) {
        analyzeVideo(input: $input) { ... on AnalyzeVideoPayload { pipeline { jobs { id } } } }
      }`,
        { input: subjects },
      );
      const [first, second] = data['analyzeVideo'].pipeline.jobs;
      const watched = watch(second.id);
      const { waiting } = await takeReason(watched, 'PREDECESSOR');
      expect(waiting).toEqual({
        reason: 'PREDECESSOR',
        message: `It starts after the job before it in its pipeline, VIDEO_SUMMARIZATION ${first.id}, has completed.`,
        until: null,
      });
      // The holder of a ticket is told nothing of other jobs.
      const ticket = await createTicket(app.graphql, second.id);
      const query = `subscription { jobUpdated(id: "${second.id}") { waiting { message } } }`;
      for await (const { data } of createGraphQLClient(app.url, ticket).subscribe('sse', query)) {
        const { message } = data!['jobUpdated'].waiting;
        expect(message).toBe('It starts after the job before it in its pipeline has completed.');
        break;
      }
      summarizing.open();
      // The owner's one place in that queue is taken.
      expect((await takeReason(watched, 'OWNER_SHARE')).waiting!.message).toBe(
        'Its owner has as many jobs in the queue as one owner may have at once: 1. It waits until one of them has ended.',
      );
      extracting.open();
      await takeEnd(watched);
      await takeEnd(watch(earlier));
    },
  );
});
