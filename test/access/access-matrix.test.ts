import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actions } from '../environment/access/actions.ts';
import type { Action, Ids } from '../environment/subjects/test-subject.ts';
import { startTwoTenants, readRows } from '../environment/access/two-tenants.ts';
import type { TwoTenants } from '../environment/access/two-tenants.ts';
import {
  sendOverHttp,
  listGuesses,
  listNamingArguments,
  listRootFields,
  readHeaders,
  toDocument,
} from '../environment/access/run-action.ts';
import type { Guess, HttpAnswer } from '../environment/access/run-action.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { bearer } from '../environment/access/credentials.ts';
import { openTestWebSocket } from '../environment/clients/websocket.ts';
import type { TestWebSocket } from '../environment/clients/websocket.ts';

expectNoLeaks();

const rootFields = listRootFields();
const named = rootFields.map((root) => [root.field.name, root] as const);
const last = 'registerVideo';
/** Who asks for a list of what is not theirs hears nothing, for as long as they listen: a test of its own. */
const guessed = named
  .filter(([name, root]) => listNamingArguments(root).length > 0 && name !== 'jobsUpdated')
  .toSorted(([name], [other]) => Number(name === last) - Number(other === last));

/** Ids of which no two are alike. */
function inventIds(owner: string): Ids {
  return new Proxy({} as Ids, { get: (_ids, name) => `${owner} ${String(name)}` });
}

test.each(named)('the table has every argument of %s that names something', (name, root) => {
  const guesses = (actions[name] ?? []).flatMap((action) =>
    listGuesses(action, {
      own: inventIds('own'),
      theirs: inventIds('their'),
      missing: inventIds('no'),
    }),
  );
  const paths = new Set(guesses.map(({ path }) => path.replaceAll(/\.\d+(?=\.|$)/g, '')));
  expect(actions).toHaveProperty(name);
  expect([...paths].toSorted()).toEqual(listNamingArguments(root).toSorted());
});

test('the table has nothing else', () => {
  expect(Object.keys(actions).toSorted()).toEqual(named.map(([name]) => name).toSorted());
});

describe('whoever asks for what another has', () => {
  let tenants: TwoTenants;
  let before: unknown;
  let socket: TestWebSocket;

  beforeAll(async () => {
    tenants = await startTwoTenants('external');
    before = await readRows(tenants);
    socket = await openTestWebSocket(tenants.app.url, bearer(tenants.ben.token));
  });

  afterAll(async () => {
    await socket[Symbol.asyncDispose]();
    await tenants[Symbol.asyncDispose]();
  });

  function listAll({ ben, ann, missing }: TwoTenants, action: Action): Guess[] {
    return listGuesses(action, { own: ben.ids, theirs: ann.ids, missing });
  }

  function expectSame(theirs: HttpAnswer, none: HttpAnswer, { theirs: asked, missing }: Guess) {
    expect(forget(theirs, asked.named)).toEqual(forget(none, missing.named));
    expect(forget(theirs, asked.named).body).not.toContain(tenants.ann.mark);
  }

  // Registering comes last: from then on, Ben calls videos of his own as Ann does. All guesses of a field are sent at once.
  describe.each(guessed)('%s', (name, root) => {
    const listCalls = () =>
      actions[name]!.flatMap((action) => {
        const query = toDocument(root, action);
        return listAll(tenants, action).map((guess) => ({ query, guess }));
      });

    test('says the same of what is not yours and not there', async () => {
      const check = async ({ query, guess }: { query: string; guess: Guess }) => {
        const ask = ({ variables }: Guess['theirs']) =>
          sendOverHttp(tenants.app.url, root, { query, variables }, bearer(tenants.ben.token));
        expectSame(await ask(guess.theirs), await ask(guess.missing), guess);
      };
      await Promise.all(listCalls().map(check));
    });

    test('says the same of ids in capitals, and of others', async () => {
      const check = async (query: string, { theirs }: Guess, pair: [string, string]) => {
        const ask = async (value: string) => {
          const variables = JSON.parse(
            JSON.stringify(theirs.variables).replaceAll(theirs.named, value),
          ) as object;
          return forgetId(await socket.request(query, variables), value);
        };
        expect(await ask(pair[0])).toEqual(await ask(pair[1]));
      };
      const checks = listCalls().flatMap(({ query, guess }) =>
        listPairs(tenants, guess).map((pair) => check(query, guess, pair)),
      );
      await Promise.all(checks);
    });
  });

  test('none of that had an effect on what is not yours', async () => {
    expect(await readRows(tenants)).toEqual(before);
  });

  test('what is polled says the same of what is not yours and not there', async () => {
    const { ann, ben, missing, app } = tenants;
    const ask = async (path: string, id: string, more = {}) => {
      const headers = { ...bearer(ben.token), ...more };
      const response = await fetch(`${app.url}/api/${path}`, { headers });
      const answer = { status: response.status, headers: readHeaders(response) };
      return forget({ ...answer, body: await response.text() }, id);
    };
    for (const [kind, theirs, none] of [
      ['jobs', ann.ids.jobId, missing.jobId],
      ['jobs', ann.ids.waitingJobId.toUpperCase(), missing.jobId.toUpperCase()],
      ['jobs', ann.ids.summaryId, missing.summaryId],
      ['batches', ann.ids.batchId, missing.batchId],
      ['batches', ann.ids.jobId, missing.jobId],
    ] as const) {
      for (const query of ['', '?waitMs=20000']) {
        const tag = { 'if-none-match': '"1"' };
        const answer = await ask(`${kind}/${theirs}${query}`, theirs, tag);
        expect(answer).toEqual(await ask(`${kind}/${none}${query}`, none, tag));
        expect(answer.status).toBe(404);
      }
    }
  });
});

/** An answer without what was asked for, which it may repeat. */
function forget({ body, ...answer }: HttpAnswer, asked: string): HttpAnswer {
  return { ...answer, body: forgetId(body, asked) };
}

/** Some ids are repeated in small letters. */
function forgetId(text: string, id: string): string {
  return text.replaceAll(id, '<it>').replaceAll(id.toLowerCase(), '<it>');
}

/** What somebody has of any kind, and what nobody has; names that are not ids say little of the other kinds. */
function listPairs({ ann, missing }: TwoTenants, { path, theirs }: Guess): [string, string][] {
  const pairs = Object.keys(ann.ids).map((name): [string, string] => [
    ann.ids[name]!,
    missing[name]!,
  ]);
  const own = pairs.filter(([id]) => id === theirs.named);
  const isNoId = /(owner|Key|after|before)$/.test(path);
  const chosen = isNoId ? own : pairs;
  return [
    ...chosen,
    ...own.map(([id, none]): [string, string] => [id.toUpperCase(), none.toUpperCase()]),
  ];
}
