import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import type { EngineEvents } from '../../src/jobs/engine-events.ts';
import type { Database } from '../../src/db/tables.ts';
import { createEmitter } from '../../src/platform/emitter.ts';
import { createLogger } from '../../src/platform/logger.ts';
import type { LeaderSession } from '../../src/queue/leader/claim.ts';
import { startLeadership } from '../../src/queue/leader/leadership.ts';
import type { Leadership } from '../../src/queue/leader/leadership.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useTestStack } from '../environment/app/open-stack.ts';
import { eventually } from '../environment/eventually.ts';

expectNoLeaks();

const logger = createLogger('silent', false);

/** Leaders of a database of their own, for the tests of a `describe`. */
function useLeaders() {
  const stack = useTestStack('external');
  /** What the leaders have begun and ended, in order. */
  const history: string[] = [];

  beforeEach(async () => {
    history.length = 0;
    await stack.db.deleteFrom('lease').execute();
  });

  function start(
    holder: string,
    openSession: () => Promise<LeaderSession> = stack.openLeaderSession!,
  ): Promise<Leadership> {
    return startLeadership({
      db: stack.db,
      openSession,
      holder,
      logger,
      events: createEmitter<EngineEvents>(logger),
      lead: async () => {
        history.push(`${holder} begins`);
        return {
          async [Symbol.asyncDispose]() {
            history.push(`${holder} ends`);
          },
        };
      },
    });
  }

  return { stack, history, start };
}

async function endLeaderSessions(db: Database): Promise<void> {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'fovea-jobs leader' and datname = current_database()`.execute(db);
}

describe('a leader that is connected to PostgreSQL directly', () => {
  const { stack, start } = useLeaders();

  test('has a lock that PostgreSQL itself holds', async () => {
    await using _leader = await start('one');
    const { rows } = await sql<{ bySession: boolean; locks: number }>`
      select by_session, (select count(*)::int from pg_locks
        where locktype = 'advisory' and objid = lease.term
          and database = (select oid from pg_database where datname = current_database())
          and granted and mode = 'ExclusiveLock') as locks
      from lease`.execute(stack.db);
    expect(rows).toEqual([{ bySession: true, locks: 1 }]);
  });
});

/** They wait at the same time, and each runs its tests one after the other. */
const inTurn = { concurrent: false };

describe.concurrent.each([
  ['on a session of its own', {}],
  // The lease alone says who leads.
  ['behind a pooler', { isOwn: false }],
])('%s', (_name, changes) => {
  const { stack, history, start } = useLeaders();
  const openSession = async () => ({ ...(await stack.openLeaderSession!()), ...changes });

  test(
    'the first leads at once, others stand by, and the next follows the one that ends',
    inTurn,
    async () => {
      const first = await start('one', openSession);
      await using second = await start('two', openSession);
      expect([first.isLeading(), second.isLeading()]).toEqual([true, false]);
      await first[Symbol.asyncDispose]();
      await eventually(() => expect(second.isLeading()).toBe(true), { withinMs: 2_000 });
      expect(history).toEqual(['one begins', 'one ends', 'two begins']);
    },
  );

  test('of many that begin at once one leads', inTurn, async () => {
    await using all = new AsyncDisposableStack();
    const names = Array.from({ length: 8 }, (_, index) => `process ${index}`);
    const started = await Promise.all(names.map((name) => start(name, openSession)));
    for (const it of started) all.use(it);
    await eventually(() => expect(started.filter(({ isLeading }) => isLeading())).toHaveLength(1));
    expect(history).toHaveLength(1);
  });

  test(
    'a leader that has lost its connection stops at once, and one leads again within 2 s',
    inTurn,
    async () => {
      await using first = await start('one', openSession);
      await using second = await start('two', openSession);
      await endLeaderSessions(stack.db);
      await eventually(() => expect(history).toHaveLength(3), { withinMs: 2_000 });
      expect(history).toEqual(['one begins', 'one ends', expect.stringMatching(/begins$/)]);
      expect([first, second].filter(({ isLeading }) => isLeading())).toHaveLength(1);
    },
  );

  test('a leader whose renewals do not arrive stops before another begins', inTurn, async () => {
    let isSilent = false;
    const answers = Promise.withResolvers<never>();
    answers.promise.catch(() => undefined);
    const openMuted = async (): Promise<LeaderSession> => {
      const session = await openSession();
      const client = await session.pool.connect();
      const query = (text: string, values: unknown[]) =>
        isSilent ? answers.promise : client.query(text, values);
      const muted = { ...client, query } as unknown as typeof client;
      return { ...session, pool: { ...session.pool, connect: async () => muted } };
    };
    await using silent = await start('silent', openMuted);
    await using other = await start('other', openSession);
    isSilent = true;
    await eventually(() => expect(history).toContain('silent ends'), { withinMs: 8_000 });
    const both = () => silent.isLeading() && other.isLeading();
    await eventually(
      () => {
        expect(both()).toBe(false);
        expect(other.isLeading()).toBe(true);
      },
      { withinMs: 8_000 },
    );
    answers.reject(new Error('Query read timeout'));
  });
});
