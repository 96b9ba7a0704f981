import { describe, expect, test } from 'vitest';
import { stackKinds } from '../environment/app/app.ts';
import { useTestApp } from '../environment/app/use-test-app.ts';
import { createCollector } from '../environment/clients/collector.ts';
import { streamAnswer } from '../environment/model-service/answers.ts';
import { createGate } from '../environment/model-service/gate.ts';
import type { Gate } from '../environment/model-service/gate.ts';
import { transports } from '../environment/clients/graphql-client.ts';
import type { GraphQLAnswer, Transport } from '../environment/clients/graphql-client.ts';
import { createSubjects, followJob, startJob } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { postOperation, readEvents } from '../environment/clients/event-stream.ts';
import type { FakeLine } from '../environment/model-service/send-answer.ts';

expectNoLeaks();

/** More than one read of a log brings. */
const manyLines = 250;
const subscription = `subscription ($id: ID!, $after: Int) {
  jobLogAdded(id: $id, after: $after) { sequence attempt message }
}`;

interface Line {
  sequence: number;
  attempt: number;
  message: string;
}

const say = (message: string): FakeLine => ({ log: { level: 'info', message } });

describe.each(stackKinds)('on the %s stack', (kind) => {
  const own = useTestApp(kind, { env: { VIDEO_SUMMARIZATION_BACKOFF_MS: '1' } });

  async function start(): Promise<string> {
    const { id } = await startJob(
      own.app.graphql,
      'summarizeVideo',
      await createSubjects(own.app.graphql),
    );
    return id;
  }

  /** Starts a job whose first attempt breaks off at the first gate, and whose second ends at the second. */
  async function startTcpProxyedJob() {
    const [failing, ending] = [createGate(), createGate()];
    let calls = 0;
    own.model.answer('/api/summarize', (call) => {
      calls += 1;
      if (calls === 1) return { lines: [say('a'), say('b'), failing], cutOff: true };
      const lines = [say('c'), say('d'), ending, say('e'), say('f')];
      return streamAnswer('/api/summarize', lines)(call);
    });
    return { id: await start(), failing, ending };
  }

  async function finishJob(messages: readonly string[]): Promise<string> {
    own.model.answer('/api/summarize', streamAnswer('/api/summarize', messages.map(say)));
    const id = await start();
    expect((await followJob(own.app.graphql, 'sse', id)).at(-1)).toMatchObject({
      state: 'COMPLETED',
    });
    return id;
  }

  function watchLog(transport: Transport, id: string, after?: number) {
    return own.app.graphql.subscribe(transport, subscription, { id, after });
  }

  async function readLog(transport: Transport, id: string, after?: number): Promise<Line[]> {
    return (await Array.fromAsync(watchLog(transport, id, after))).map(toLine);
  }

  /** A log over SSE from the line that the client had last, each line with the number of its event. */
  async function* watchEvents(id: string, after: number | undefined, lastEventId: string) {
    const headers = { accept: 'text/event-stream', 'last-event-id': lastEventId };
    const body = { query: subscription, variables: { id, after } };
    for await (const event of readEvents(await postOperation(own.app.url, body, headers))) {
      if (event.name !== 'next') continue;
      const line = toLine(JSON.parse(event.text));
      expect(event.id).toBe(String(line.sequence));
      yield line;
    }
  }

  const whole: Line[] = ['a', 'b', 'c', 'd', 'e', 'f'].map((message, index) => ({
    sequence: index + 1,
    attempt: index < 2 ? 1 : 2,
    message,
  }));

  describe.each(transports)('over %s', (transport) => {
    test('a log goes on into the next attempt, and ends with the job', async () => {
      const { id, failing, ending } = await startTcpProxyedJob();
      const lines = createCollector<Line>();
      const ended = forward(watchLog(transport, id), lines.push);
      expect([await lines.next(), await lines.next()]).toEqual(whole.slice(0, 2));
      failing.open();
      expect([await lines.next(), await lines.next()]).toEqual(whole.slice(2, 4));
      ending.open();
      await ended;
      expect(lines.all).toEqual(whole);
    });

    test('a client that reconnects goes on after its last line, whatever happened meanwhile', async () => {
      const { id, failing, ending } = await startTcpProxyedJob();
      const seen = await takeAndLeave(watchLog(transport, id), 1, []);
      seen.push(...(await takeAndLeave(watchLog(transport, id, seen.length), 1, [failing])));
      seen.push(...(await takeAndLeave(watchLog(transport, id, seen.length), 2, [ending])));
      expect(seen).toEqual(whole.slice(0, 4));
      seen.push(...(await readLog(transport, id, seen.length)));
      expect(seen).toEqual(whole);
    });

    test('a log of many lines is read whole, from any line on', async () => {
      const messages = Array.from({ length: manyLines }, (_, index) => `line ${index + 1}`);
      const id = await finishJob(messages);
      const lines = await readLog(transport, id);
      expect(lines.map(({ message }) => message)).toEqual(messages);
      expect(lines.map(({ sequence }) => sequence)).toEqual(messages.map((_, index) => index + 1));
      expect(await readLog(transport, id, 0)).toEqual(lines);
      expect(await readLog(transport, id, 149)).toEqual(lines.slice(149));
      expect(await readLog(transport, id, manyLines)).toEqual([]);
    });

    test('a line that the log never had is taken for none', async () => {
      const id = await finishJob(['a', 'b']);
      for (const after of [3, 1_000_000, -1]) {
        const messages = (await readLog(transport, id, after)).map(({ message }) => message);
        expect(messages).toEqual(['a', 'b']);
      }
    });

    test('the log of no job is not found, and one without lines ends with its job', async () => {
      const answers = await Array.fromAsync(watchLog(transport, 'nobody'));
      expect(answers).toMatchObject([{ errors: [{ extensions: { code: 'NOT_FOUND' } }] }]);
      expect(await readLog(transport, await finishJob([]))).toEqual([]);
    });
  });

  test('a browser that reconnects goes on after its last event, which counts for more than its argument', async () => {
    const { id, failing, ending } = await startTcpProxyedJob();
    failing.open();
    const seen: Line[] = [];
    for await (const line of watchEvents(id, undefined, '')) {
      seen.push(line);
      if (seen.length === 3) break;
    }
    ending.open();
    seen.push(...(await Array.fromAsync(watchEvents(id, 1, '3'))));
    expect(seen).toEqual(whole);
    expect(await Array.fromAsync(watchEvents(id, 6, '7'))).toEqual(whole);
    expect(await Array.fromAsync(watchEvents(id, 4, 'none'))).toEqual(whole.slice(4));
  });
});

async function forward(answers: AsyncIterable<GraphQLAnswer>, push: (line: Line) => void) {
  for await (const answer of answers) push(toLine(answer));
}

/** So many lines; the gates are opened once the client has gone. */
async function takeAndLeave(
  answers: AsyncIterable<GraphQLAnswer>,
  count: number,
  gates: Gate[],
): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const answer of answers) {
    lines.push(toLine(answer));
    if (lines.length === count) break;
  }
  for (const gate of gates) gate.open();
  return lines;
}

function toLine({ data, errors }: GraphQLAnswer): Line {
  expect(errors).toBeUndefined();
  return data!['jobLogAdded'];
}
