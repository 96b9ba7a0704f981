import { describe, expect, test } from 'vitest';
import { accounts, inSeconds, signIn } from '../../../test/environment/access/credentials.ts';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { useTestApp } from '../../../test/environment/app/use-test-app.ts';
import { createGraphQLClient } from '../../../test/environment/clients/graphql-client.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { createSubjects, startJob } from '../../../test/environment/jobs/jobs.ts';
import { expectShown, usePages } from '../environment/use-pages.ts';

expectNoLeaks();

const { app, model } = useTestApp('embedded', {
  env: { ...accounts, PING_INTERVAL_MS: '1000' },
});
const pages = usePages('watching.tsx', app);

async function startHeldJob() {
  const gate = model.hold('/api/summarize');
  const graphql = createGraphQLClient(app.url, await signIn('ann'));
  const { id } = await startJob(graphql, 'summarizeVideo', await createSubjects(graphql));
  await gate.reached();
  return { id: id as string, gate };
}

/** The server takes a token for so long after its end, as clocks differ. */
const toleranceSeconds = 5;

/** Tokens that are taken for 2 seconds, and how many were asked for. */
function createShortTokens() {
  const tokens = { asked: 0, startedAt: Date.now(), isSignedOut: false };
  const getToken = async (): Promise<string> => {
    tokens.asked += 1;
    return tokens.isSignedOut
      ? 'signed out'
      : signIn('ann', { exp: inSeconds(2 - toleranceSeconds) });
  };
  return { tokens, getToken };
}

describe.each(['websocket', 'sse', 'poll'])('over %s', (transport) => {
  test('a page signs in again each time that its token ends, and no more often than needed', async () => {
    const { id, gate } = await startHeldJob();
    const { tokens, getToken } = createShortTokens();
    await using page = await pages.open({ transport, jobs: id }, (opened) =>
      opened.exposeFunction('getToken', getToken),
    );
    await expectShown(page, id, 'ACTIVE');
    await eventually(() => expect(tokens.asked).toBeGreaterThanOrEqual(4));
    const seconds = (Date.now() - tokens.startedAt) / 1_000;
    expect(tokens.asked).toBeLessThanOrEqual(2 + 2 * seconds);
    gate.open();
    await expectShown(page, id, 'COMPLETED');
  });

  test('a page whose sign-in fails asks seldom, and goes on when it works again', async () => {
    const { id, gate } = await startHeldJob();
    const { tokens, getToken } = createShortTokens();
    await using page = await pages.open({ transport, jobs: id }, (opened) =>
      opened.exposeFunction('getToken', getToken),
    );
    await expectShown(page, id, 'ACTIVE');
    tokens.isSignedOut = true;
    await expectShown(page, 'wire', 'offline');
    const before = tokens.asked;
    await eventually(() => expect(tokens.asked).toBeGreaterThanOrEqual(before + 3));
    tokens.isSignedOut = false;
    gate.open();
    await expectShown(page, id, 'COMPLETED');
    await expectShown(page, 'wire', `live ${transport}`);
    // 100 ms, 200 ms, 400 ms, … between two attempts.
    expect(tokens.asked).toBeLessThanOrEqual(20);
  });
});
