import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import { postOperation, splitBody } from '../../environment/clients/event-stream.ts';
import { expectGrowingVersions, followJob, startHeldSummary } from '../../environment/jobs/jobs.ts';

expectNoLeaks();

const multipart = 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0';
const query =
  'subscription JobUpdated($id: ID!) { jobUpdated(id: $id) { id state progress stage version } }';

const own = useTestApp('external', { env: { PING_INTERVAL_MS: '100' } });

test('a multipart answer begins at once, says that it is alive, and says when it ends', async () => {
  const { id, looking, writing } = await startHeldSummary(own.app.graphql, own.model);
  writing.open();
  const answer = await postOperation(
    own.app.url,
    { query, variables: { id } },
    { accept: multipart },
  );
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe(multipart);
  expect(answer.headers.get('cache-control')).toBe('no-cache, no-transform');
  expect(answer.headers.get('x-accel-buffering')).toBe('no');

  const parts: string[] = [];
  for await (const part of splitBody(answer, '--graphql')) {
    parts.push(part);
    if (isPing(part)) looking.open();
  }
  // Nothing stands before the first boundary, and behind the last is its end.
  expect([parts.at(0), parts.at(-1)]).toEqual(['', '--\r\n']);
  const messages = parts.slice(1, -1).map(toMessage);
  expect(messages.some((message) => Object.keys(message).length === 0)).toBe(true);
  const updates = messages.flatMap(({ payload }) => (payload ? [payload.data.jobUpdated] : []));
  expect(updates.at(-1)).toMatchObject({ id, state: 'COMPLETED', progress: 100 });
  expectGrowingVersions(updates);
});

test('a multipart answer of what cannot be watched has the reason in its one part', async () => {
  const body = { query, variables: { id: 'nobody' } };
  const answer = await postOperation(own.app.url, body, { accept: multipart });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, multipart]);
  const [first, part, last] = await Array.fromAsync(splitBody(answer, '--graphql'));
  expect([first, last]).toEqual(['', '--\r\n']);
  expect(toMessage(part!)).toMatchObject({
    payload: { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
  });
});

test('a client of both protocols is answered in the one that it names first', async () => {
  const { id, looking, writing } = await startHeldSummary(own.app.graphql, own.model);
  for (const gate of [looking, writing]) gate.open();
  await followJob(own.app.graphql, 'sse', id);
  const accepts = {
    events: `text/event-stream, ${multipart}`,
    parts: `${multipart}, text/event-stream`,
  };
  const read = async (accept: string) => {
    const answer = await postOperation(own.app.url, { query, variables: { id } }, { accept });
    expect(await answer.text()).toContain('COMPLETED');
    return answer.headers.get('content-type');
  };
  expect(await read(accepts.events)).toBe('text/event-stream; charset=utf-8');
  expect(await read(accepts.parts)).toBe(multipart);
});

function isPing(part: string): boolean {
  return part.endsWith('\r\n\r\n{}\r\n');
}

/** A part as the protocol has it: one header, and a message. */
function toMessage(part: string): { payload?: any } {
  const [, json] = /^\r\ncontent-type: application\/json\r\n\r\n(.+)\r\n$/.exec(part)!;
  return JSON.parse(json!);
}
