import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestStack, stackKinds } from '../../environment/app/app.ts';
import type { TestStack } from '../../environment/app/app.ts';
import { startAppProcess } from '../../environment/app/app-process.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import {
  createSubjects,
  followJob,
  readJob,
  startJob,
  watchJob,
} from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { findFoveaCommand, runInShell } from '../../environment/programs/fovea-commands.ts';

expectNoLeaks();

let model: FakeModelService;

beforeAll(async () => {
  model = await startFakeModelService();
});

afterAll(async () => {
  await model[Symbol.asyncDispose]();
});

describe.each(stackKinds)('a process on the %s stack', (kind) => {
  let stack: TestStack;
  let env: Record<string, string>;

  beforeEach(async () => {
    stack = await createTestStack(kind);
    env = {
      ...stack.env,
      MODEL_SERVICE_URL: model.url,
      RECONCILE_INTERVAL_MS: '1000',
      LOCK_DURATION_MS: kind === 'embedded' ? '60000' : '1000',
    };
    return () => stack[Symbol.asyncDispose]();
  });

  test('SIGTERM lets a running job finish, breaks open streams, and exits with 0', async () => {
    await using app = await startAppProcess('all', env);
    const gate = model.hold('/api/summarize');
    const job = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
    await gate.reached();
    const stream = watchJob(app.graphql, 'sse', job['id']);
    await stream.next();
    const endless = app.graphql.subscribe('sse', 'subscription { jobsUpdated { job { id } } }');
    await endless.next();
    const broken = expect(Array.fromAsync(endless)).rejects.toThrow('terminated');
    app.kill('SIGTERM');
    gate.open();
    const seen: string[] = [];
    await expect(
      (async () => {
        for await (const { data } of stream) seen.push(data!['jobUpdated'].state);
      })(),
    ).resolves.toBeUndefined();
    expect(seen.at(-1)).toBe('COMPLETED');
    await broken;
    expect(await app.ended).toBe(0);
  });

  test('a job that does not finish in the grace period is handed back, and costs no attempt', async () => {
    const gate = model.hold('/api/summarize');
    let id: unknown;
    {
      await using app = await startAppProcess('all', { ...env, SHUTDOWN_GRACE_MS: '100' });
      const job = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
      id = job['id'];
      await gate.reached();
      app.kill('SIGINT');
      expect(await app.ended).toBe(0);
    }
    model.answer('/api/summarize', { status: 500, json: { detail: 'no' } });
    gate.open();
    await using again = await startAppProcess('all', {
      ...env,
      VIDEO_SUMMARIZATION_BACKOFF_MS: '1',
    });
    const last = (await followJob(again.graphql, 'sse', String(id))).at(-1)!;
    // Three failures after the one that was interrupted: the queue counts only those that failed.
    expect(last).toMatchObject({ state: 'FAILED', error: { code: 'MODEL_UNAVAILABLE' } });
    expect(last['attempts']).toHaveLength(4);
    expect(last['attempts'][0]).toMatchObject({ error: null });
    const logs = [
      ['worker started', 'docker compose logs worker | '],
      ['attempt failed', 'docker compose logs api worker | '],
    ] as const;
    for (const [part, docker] of logs) {
      const grep = await findFoveaCommand(part, docker);
      expect(await runInShell(grep, {}, again.output)).toContain(`"msg":"${part}"`);
    }
    const readMetrics = await findFoveaCommand('/metrics', 'docker compose exec api ');
    const { host } = new URL(again.url);
    const metrics = await runInShell(readMetrics.replace('127.0.0.1:9464', host));
    expect(metrics).toContain('fovea_queue_job_total{');
  });

  test('a second signal ends it at once', async () => {
    await using app = await startAppProcess('all', env);
    const gate = model.hold('/api/summarize');
    await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
    await gate.reached();
    app.kill('SIGTERM');
    await eventually(() => expect(app.output).toContain('shutting down'));
    app.kill('SIGTERM');
    expect(await app.ended).toBe('SIGTERM');
    gate.open();
  });

  test('kill -9 in the middle of a job: the next process finishes it', async () => {
    const gate = model.hold('/api/summarize');
    let id: unknown;
    {
      await using app = await startAppProcess('all', env);
      const job = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
      id = job['id'];
      await gate.reached();
      app.kill('SIGKILL');
      expect(await app.ended).toBe('SIGKILL');
    }
    model.answer('/api/summarize', (call) => ({ json: summaryOf(call.body) }));
    gate.open();
    await using again = await startAppProcess('all', env);
    // On the embedded stack, this is long before its lock is over.
    await eventually(async () =>
      expect(await readJob(again.graphql, String(id))).toMatchObject({
        state: 'COMPLETED',
        attempts: [{ error: { code: 'STALLED' } }, { error: null }],
      }),
    );
  });
});

function summaryOf(body: unknown) {
  const { video_id, persona_id } = body as Record<string, string>;
  return { id: 'x', video_id, persona_id, summary: 'It went well.', confidence: 0.9 };
}
