import { expect, test } from 'vitest';
import { useLeaderDeployment } from '../../environment/app/use-leader-deployment.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { eventually } from '../../environment/eventually.ts';
import { followBatch, listJobIds, readBatch, startBatch } from '../../environment/jobs/batches.ts';

expectNoLeaks();

/** So that they end one after the other. */
const env = { VIDEO_SUMMARIZATION_CONCURRENCY: '2', VIDEO_SUMMARIZATION_RATE_PER_MINUTE: '0' };

const processes = useLeaderDeployment();

test('what a process has changed and not counted when it is killed, the leader counts', async () => {
  await using deployment = await processes.startDeployment({ ...processes.stack.env, ...env });
  const { leader, subjects } = deployment;
  const cancel = 'mutation ($id: ID!) { cancelJob(id: $id) { __typename } }';
  for (const round of [1, 2, 3]) {
    await using victim = await processes.startNamed(processes.stack.env, 'api', `victim-${round}`);
    const jobs = Array.from({ length: 5 }, () => ({ summarizeVideo: subjects }));
    const started = await startBatch(victim.graphql, { jobs }, { delayMs: 3_600_000 });
    const { id } = started['batch'];
    const watched = followBatch(leader.graphql, 'websocket', id);
    await Promise.all(
      listJobIds(started).map((jobId) => victim.graphql.request(cancel, { id: jobId })),
    );
    victim.kill('SIGKILL');
    await eventually(async () =>
      expect(await readBatch(leader.graphql, id)).toMatchObject({ state: 'CANCELED' }),
    );
    expect((await watched).at(-1)).toMatchObject({ counts: [{ state: 'CANCELED', count: 5 }] });
  }
});

test('a batch runs to its end, and is followed to it, while leaders are killed', async () => {
  const deployment = await processes.startDeployment({ ...processes.stack.env, ...env });
  await using _ended = deployment;
  const { leader, standby, subjects } = deployment;
  const jobs = Array.from({ length: 40 }, () => ({ summarizeVideo: subjects }));
  const { batch } = await startBatch(standby.graphql, { jobs });
  const watched = followBatch(standby.graphql, 'websocket', batch.id);
  await eventually(async () => {
    const { progress } = (await readBatch(standby.graphql, batch.id))!;
    expect(progress).toBeGreaterThan(10);
  });
  leader.kill('SIGKILL');
  await using third = await processes.startNamed(processes.stack.env, 'api', 'third');
  const versions = await watched;
  expect(versions.at(-1)).toMatchObject({
    state: 'COMPLETED',
    progress: 100,
    counts: [{ state: 'COMPLETED', count: 40 }],
  });
  const numbers = versions.map(({ version }) => version as number);
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  expect(await readBatch(third.graphql, batch.id)).toEqual(versions.at(-1));
  await eventually(async () =>
    expect(await processes.db.selectFrom('batchChange').selectAll().execute()).toEqual([]),
  );
});
