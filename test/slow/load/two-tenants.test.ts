import { afterAll, beforeAll, expect, test } from 'vitest';
import { actions } from '../../environment/access/actions.ts';
import { startTwoTenants } from '../../environment/access/two-tenants.ts';
import type { TwoTenants, Tenant } from '../../environment/access/two-tenants.ts';
import type { Ids } from '../../environment/subjects/test-subject.ts';
import { listRootFields, toDocument } from '../../environment/access/run-action.ts';
import type { RootField } from '../../environment/access/run-action.ts';
import { sendBy } from '../../environment/clients/every-transport.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { bearer } from '../../environment/access/credentials.ts';
import { createSeededRandom } from '../../environment/seeded-random.ts';
import type { SeededRandom } from '../../environment/seeded-random.ts';

expectNoLeaks();

const seed = 20_261_124;
const rounds = 250;
/** Asked at the same time, of both: what is read for one could be given to the other. */
const atOnce = 8;

/**
 * Who watches all jobs may have nothing to hear; what one calls a video, be it as the other does, is theirs to see; and what
 * they have changed or deleted tells nothing of them any more.
 */
const left = /^(jobsUpdated|registerVideo|(update|delete)(Video|Persona))$/;
const asked = listRootFields()
  .filter(({ field }) => !left.test(field.name))
  .flatMap((root) => actions[root.field.name]!.map((action) => ({ root, action })));

/** Over which of the transports a request of its kind goes. */
const ways: Record<RootField['kind'], string[]> = {
  query: Object.keys(sendBy),
  mutation: Object.keys(sendBy).filter((way) => way !== 'GET'),
  subscription: ['server-sent events', 'multipart', 'a single connection', 'a WebSocket'],
};

let tenants: TwoTenants;

beforeAll(async () => {
  tenants = await startTwoTenants('external');
});

afterAll(() => tenants[Symbol.asyncDispose]());

test('whatever two ask for, in whichever way, neither is told anything of the other', async () => {
  const random = createSeededRandom(seed);
  let answered = 0;
  for (let round = 0; round < rounds; round += 1) {
    const requests = Array.from({ length: atOnce }, () => askAtRandom(tenants, random));
    for (const { of, other, ask } of requests) {
      const { sent, text } = await ask;
      const news = hide(text, sent);
      for (const secret of listSecrets(other)) expect(news, sent).not.toContain(secret);
      if (text.includes(of.mark)) answered += 1;
    }
  }
  // Not by saying nothing.
  expect(answered).toBeGreaterThan((rounds * atOnce) / 10);
}, 120_000);

function askAtRandom({ app, ann, ben }: TwoTenants, random: SeededRandom) {
  const [of, other] = random.below(2) === 0 ? [ann, ben] : [ben, ann];
  const { root, action } = random.pick(asked);
  const variables = action.variables?.(mix(of, other, random)) ?? {};
  const way = random.pick(ways[root.kind]);
  const request = { query: toDocument(root, action), variables };
  const sent = JSON.stringify({ way, as: of.ids.owner, field: root.field.name, variables });
  const ask = sendBy[way]!(app.url, request, bearer(of.token)).then((text) => ({ sent, text }));
  return { of, other, ask };
}

/** Mostly what is one's own; else what is the other's, as it is or in capitals, or of another kind. */
function mix(of: Tenant, other: Tenant, random: SeededRandom): Ids {
  const ids = Object.entries(of.ids).map(([name, own]) => {
    const foreign = random.pick(Object.values(other.ids));
    const others = other.ids[name]!;
    const kinds = [own, own, others, others.toUpperCase(), foreign];
    return [name, random.pick(kinds)];
  });
  return Object.fromEntries(ids) as Ids;
}

function listSecrets({ ids, mark }: Tenant): string[] {
  // The one id that both use says nothing.
  return [mark, ...Object.values(ids)].filter((id) => id !== 'harbour');
}

/** An answer without what was sent, which it may repeat. */
function hide(text: string, sent: string): string {
  const values = [...sent.matchAll(/:"([^"]+)"|\["([^"]+)"\]/g)].map(
    ([, one, many]) => one ?? many!,
  );
  return values.reduce(
    (rest, value) => rest.replaceAll(value, '').replaceAll(value.toLowerCase(), ''),
    text,
  );
}
