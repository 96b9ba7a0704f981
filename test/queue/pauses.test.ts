import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../src/platform/logger.ts';
import { createQueuePauses, isQueuePaused } from '../../src/queue/pauses.ts';
import { stackKinds } from '../environment/app/app.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { eventually } from '../environment/eventually.ts';
import { createGate } from '../environment/model-service/gate.ts';
import { useTestStack } from '../environment/app/open-stack.ts';

expectNoLeaks();

const type = 'VIDEO_SUMMARIZATION';

/** A queue where it is kept; it is resumed once the gate is open. */
function createQueue() {
  const gate = createGate();
  const queue = {
    gate,
    paused: true,
    asked: 0,
    isPaused: async () => {
      queue.asked += 1;
      return queue.paused;
    },
    pause: async () => {
      queue.paused = true;
    },
    resume: async () => {
      await gate.wait();
      queue.paused = false;
    },
  };
  return queue;
}

describe.each(stackKinds)('on the %s stack', (kind) => {
  const stack = useTestStack(kind);

  /** What the row has said for long. */
  async function setRow(paused: boolean): Promise<void> {
    await stack.db.deleteFrom('queueControl').execute();
    const changedAt = sql<Date>`now() - interval '1 hour'`;
    await stack.db.insertInto('queueControl').values({ type, paused, changedAt }).execute();
  }

  let queue: ReturnType<typeof createQueue>;
  beforeEach(() => {
    queue = createQueue();
  });
  const create = () =>
    createQueuePauses(stack.db, new Map([[type, queue]]), createLogger('silent', false));

  test('who pauses a queue where it is kept sets its row', async () => {
    await setRow(false);
    using pauses = create();
    pauses.adoptPause(type, true);
    await eventually(async () => expect(await isQueuePaused(stack.db, type)).toBe(true));
  });

  test('who resumes a queue where it is kept, just after an operator has paused it, is heard', async () => {
    await stack.db.deleteFrom('queueControl').execute();
    using pauses = create();
    await pauses.setPaused(type, true);
    queue.paused = false;
    pauses.adoptPause(type, false);
    // As the leader does all the time.
    await eventually(async () => {
      await pauses.followPauses();
      expect(queue.paused).toBe(false);
      expect(await isQueuePaused(stack.db, type)).toBe(false);
    });
  });

  test('an operator who resumes a queue is not overruled by what it said before', async () => {
    await setRow(true);
    using pauses = create();
    pauses.adoptPause(type, true);
    const resumed = pauses.setPaused(type, false);
    // Asked on the way to it, and then by the one that adopts.
    await eventually(() => expect(queue.asked).toBeGreaterThan(1));
    queue.gate.open();
    await resumed;
    expect(queue.paused).toBe(false);
    expect(await isQueuePaused(stack.db, type)).toBe(false);
  });
});
