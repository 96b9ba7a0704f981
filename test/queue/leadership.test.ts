import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import type { EngineEvents } from '../../src/jobs/engine-events.ts';
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
const stack = useTestStack('external');

/** What the leaders have begun and ended, in order. */
let history: string[];

beforeEach(async () => {
  history = [];
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

/** As behind a pooler: the lease alone says who leads. */
async function openPooled(): Promise<LeaderSession> {
  return { ...(await stack.openLeaderSession!()), isOwn: false };
}

async function endLeaderSessions(): Promise<void> {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'fovea-jobs leader' and datname = current_database()`.execute(
    stack.db,
  );
}

test('PostgreSQL itself holds the lock of a leader that is connected to it directly', async () => {
  await using _leader = await start('one');
  const { rows } = await sql<{ bySession: boolean; locks: number }>`
    select by_session, (select count(*)::int from pg_locks
      where locktype = 'advisory' and objid = lease.term
        and database = (select oid from pg_database where datname = current_database())
        and granted and mode = 'ExclusiveLock') as locks
    from lease`.execute(stack.db);
  expect(rows).toEqual([{ bySession: true, locks: 1 }]);
});

describe.each([
  ['on a session of its own', () => stack.openLeaderSession!()],
  ['behind a pooler', openPooled],
])('%s', (_name, openSession) => {
  test('the first leads at once, others stand by, and the next follows the one that ends', async () => {
    const first = await start('one', openSession);
    await using second = await start('two', openSession);
    expect([first.isLeading(), second.isLeading()]).toEqual([true, false]);
    await first[Symbol.asyncDispose]();
    await eventually(() => expect(second.isLeading()).toBe(true), { withinMs: 2_000 });
    expect(history).toEqual(['one begins', 'one ends', 'two begins']);
  });

  test('of many that begin at once one leads', async () => {
    await using all = new AsyncDisposableStack();
    const names = Array.from({ length: 8 }, (_, index) => `process ${index}`);
    const started = await Promise.all(names.map((name) => start(name, openSession)));
    for (const it of started) all.use(it);
    await eventually(() => expect(started.filter(({ isLeading }) => isLeading())).toHaveLength(1));
    expect(history).toHaveLength(1);
  });

  test('a leader that has lost its connection stops at once, and one leads again within 2 s', async () => {
    await using first = await start('one', openSession);
    await using second = await start('two', openSession);
    await endLeaderSessions();
    await eventually(() => expect(history).toHaveLength(3), { withinMs: 2_000 });
    expect(history).toEqual(['one begins', 'one ends', expect.stringMatching(/begins$/)]);
    expect([first, second].filter(({ isLeading }) => isLeading())).toHaveLength(1);
  });

  test('a leader whose renewals do not arrive stops before another begins', async () => {
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
