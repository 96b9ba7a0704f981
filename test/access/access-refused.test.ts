import { afterAll, beforeAll, expect, test } from 'vitest';
import { revokeApiKey } from '../../src/access/identity/api-keys.ts';
import { actions } from '../environment/access/actions.ts';
import { startTwoTenants, readRows } from '../environment/access/two-tenants.ts';
import type { TwoTenants } from '../environment/access/two-tenants.ts';
import {
  sendOverHttp,
  listRootFields,
  readCodes,
  toDocument,
} from '../environment/access/run-action.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { bearer, createKey, inSeconds, signIn } from '../environment/access/credentials.ts';
import { openTestWebSocket } from '../environment/clients/websocket.ts';

expectNoLeaks();

let tenants: TwoTenants;

beforeAll(async () => {
  tenants = await startTwoTenants('external');
});

afterAll(() => tenants[Symbol.asyncDispose]());

test.each([
  ['nobody', async () => ({}), 'UNAUTHENTICATED'],
  ['who sends garbage', async () => bearer('a.b.c'), 'UNAUTHENTICATED'],
  [
    'who has a token for something else',
    async () => bearer(await signIn(tenants.ann.ids.owner, { aud: 'another' })),
    'UNAUTHENTICATED',
  ],
  [
    'whose token has expired',
    async () => bearer(await signIn(tenants.ann.ids.owner, { exp: inSeconds(-60) })),
    'TOKEN_EXPIRED',
  ],
  [
    'whose key is revoked',
    async () => {
      const { id, token } = await createKey(tenants.app.db, tenants.ann.ids.owner, 'operator');
      await revokeApiKey(tenants.app.db, id);
      return bearer(token);
    },
    'ACCESS_REVOKED',
  ],
])('%s gets in nowhere', async (_who, signInAs, code) => {
  const { url, db } = tenants.app;
  const credentials: Record<string, string> = await signInAs();
  const before = await readRows(tenants);
  const count = () => db.selectFrom('job').select(db.fn.countAll().as('all')).execute();
  const jobs = await count();
  for (const root of listRootFields()) {
    for (const action of actions[root.field.name]!) {
      const sent = { query: toDocument(root, action), variables: {} };
      Object.assign(sent.variables, action.variables?.(tenants.ann.ids));
      const answer = await sendOverHttp(url, root, sent, credentials);
      expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
      expect(readCodes(answer.body)).toEqual([code]);
    }
  }
  const { jobId, batchId } = tenants.ann.ids;
  for (const path of [`/api/jobs/${jobId}`, `/api/batches/${batchId}`, '/metrics']) {
    const response = await fetch(`${url}${path}`, { headers: credentials });
    expect(response.status).toBe(401);
    expect(readCodes(await response.text())).toEqual([code]);
  }
  await using refused = await openTestWebSocket(url, credentials);
  const closing = code === 'UNAUTHENTICATED' ? 4401 : 4403;
  expect(await refused.closed).toEqual({ code: closing, reason: code });
  expect(await count()).toEqual(jobs);
  expect(await readRows(tenants)).toEqual(before);
});
