import { expect, test } from 'vitest';
import { startTestApp, createTestStack } from '../../environment/app/app.ts';
import { useProxiedRedis } from '../../environment/app/use-proxied-redis.ts';
import { openSubscription } from '../../environment/clients/open-subscription.ts';
import type { OpenSubscription } from '../../environment/clients/open-subscription.ts';
import { createSubjects, startJob } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';

expectNoLeaks();

const tested = useProxiedRedis();

interface View {
  state: string;
  version: number;
  waiting: { reason: string; message: string } | null;
}

function watch(url: string, id: string): OpenSubscription<View> {
  const query = `subscription { jobUpdated(id: "${id}") { state version waiting { reason message } } }`;
  return openSubscription<View>(url, 'sse', query);
}

/** What is looked for without messages is looked for every 15 s. */
async function takeReason({ views }: OpenSubscription<View>, reason: string): Promise<View> {
  for (;;) {
    const view = await views.next(30_000);
    if (view.waiting?.reason === reason) return view;
  }
}

function expectGrowing({ views }: OpenSubscription<View>): void {
  const versions = views.all.map(({ version }) => version);
  expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
}

test('who waits while Redis is away is told so, and that it is back', async () => {
  const gates = [tested.model.hold('/api/summarize')];
  const running = [await tested.start(), await tested.start()];
  await gates[0]!.reached();
  const { id } = await tested.start();
  const watched = watch(tested.app.url, id);
  await takeReason(watched, 'POSITION');
  const { host, port } = tested.redis.options;
  tested.proxy.redirect('redis://127.0.0.1:1');
  tested.proxy.closeAll();
  expect((await takeReason(watched, 'QUEUE_UNAVAILABLE')).waiting!.message).toMatch(
    /The job is kept, and starts when it is back\.$/,
  );
  tested.proxy.redirect(`redis://${host}:${port}`);
  await takeReason(watched, 'POSITION');
  for (const gate of gates) gate.open();
  for (const job of running) await tested.expectCompleted(job['id']);
  await tested.expectCompleted(id);
  expectGrowing(watched);
  await watched.leave();
}, 90_000);

test('who waits is told when the last worker goes, and when one comes', async () => {
  await using stack = await createTestStack('external');
  await using model = await startFakeModelService();
  const env = { MODEL_SERVICE_URL: model.url, VIDEO_SUMMARIZATION_CONCURRENCY: '1' };
  await using api = await startTestApp({ stack, env, role: 'api' });
  // The one that leads is not the one that is asked.
  await using other = await startTestApp({ stack, env, role: 'api' });
  const gate = model.hold('/api/summarize');
  const subjects = await createSubjects(api.graphql);
  const watching: OpenSubscription<View>[] = [];
  {
    await using _worker = await startTestApp({ stack, env, role: 'worker' });
    await startJob(api.graphql, 'summarizeVideo', subjects);
    await gate.reached();
    const { id } = await startJob(api.graphql, 'summarizeVideo', subjects);
    for (const { url } of [api, other]) watching.push(watch(url, id));
    for (const each of watching) await takeReason(each, 'POSITION');
  }
  for (const each of watching) await takeReason(each, 'NO_WORKER');
  gate.open();
  await using _worker = await startTestApp({ stack, env, role: 'worker' });
  for (const each of watching) {
    while ((await each.views.next(30_000)).state !== 'COMPLETED');
    expectGrowing(each);
    await each.leave();
  }
}, 90_000);
