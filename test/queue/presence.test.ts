import { describe, expect, test } from 'vitest';
import { createLogger } from '../../src/platform/logger.ts';
import { startPresence } from '../../src/queue/worker/presence.ts';
import { listWorkers } from '../../src/queue/workers.ts';
import { stackKinds } from '../environment/app/app.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useTestStack } from '../environment/app/open-stack.ts';

expectNoLeaks();

describe.each(stackKinds)('on the %s stack', (kind) => {
  const stack = useTestStack(kind);

  test('each worker of a process is on the list of its queue, from its start to its end', async () => {
    await using presence = startPresence(stack.db, 'one', createLogger('silent', false));
    const add = (queue: string, busy: number) =>
      presence.add({ queue, concurrency: 5, countRunning: () => busy });
    const takeOff = await add('first', 1);
    await add('second', 2);
    const [first] = await listWorkers(stack.db, 'first');
    expect(first).toMatchObject({ name: 'one', queue: 'first', concurrency: 5, busy: 1 });
    expect(await listWorkers(stack.db, 'second')).toMatchObject([{ name: 'one', busy: 2 }]);
    // What is on its way when a worker ends does not bring it back.
    const third = add('third', 0);
    await takeOff();
    await third;
    expect(await listWorkers(stack.db, 'first')).toEqual([]);
    expect(await listWorkers(stack.db, 'third')).toHaveLength(1);
  });
});
