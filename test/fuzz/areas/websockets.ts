import { once } from 'node:events';
import fc from 'fast-check';
import WebSocket from 'ws';
import { marker, weighted } from '../values/hostile.ts';
import type { Answer, Area } from '../find-fault.ts';
import { exchange } from './requests.ts';
import { fillIds, knownMessages } from '../corpus.ts';
import { someSteps } from '../values/websocket-steps.ts';
import type { Step } from '../values/websocket-steps.ts';

interface WebSocketCase {
  protocol: string;
  steps: Step[];
  /** If set, these are sent in place of all steps: bytes that are not WebSocket frames. */
  bytes: Uint8Array | undefined;
}

const protocols = ['graphql-ws', 'graphql-transport-ws-2', marker, 'GRAPHQL-TRANSPORT-WS'];

/** Any messages in any order. In the end the server must answer a ping, or have closed the connection. */
export const webSockets: Area<WebSocketCase> = {
  name: 'WebSockets',
  count: 1_000,
  cases: (target) =>
    fc.record({
      protocol: weighted(
        [12, fc.constant('graphql-transport-ws')],
        [1, fc.constantFrom(...protocols)],
      ),
      steps: someSteps(target),
      bytes: fc.option(fc.uint8Array({ minLength: 1, maxLength: 60 }), {
        freq: 6,
        nil: undefined,
      }),
    }),
  knownCases: ({ ids }) =>
    knownMessages.map(([protocol, ...messages]) => ({
      protocol,
      steps: messages.flatMap((message): Step[] => [
        { does: 'send', text: fillIds(JSON.stringify(message), ids), times: 1 },
        { does: 'wait' },
      ]),
      bytes: undefined,
    })),
  send: ({ url }, { bytes, protocol, steps }) =>
    bytes ? sendGarbage(url, bytes) : runSteps(url, protocol, steps),
};

const lastPing = 'the last ping';

export async function runSteps(
  url: string,
  protocol: string,
  steps: readonly Step[],
): Promise<Answer> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocol);
  const received: string[] = [];
  let closeCode: number | undefined;
  const closed = new Promise<void>((resolve) => {
    socket.once('close', (code, reason) => {
      closeCode = code;
      received.push(String(reason));
      resolve();
    });
  });
  const answered = new Promise<void>((resolve) => {
    socket.on('message', (message: Buffer) => {
      received.push(message.toString());
      if (message.toString().includes(lastPing)) resolve();
    });
  });
  // The server does not speak the protocol; 'close' follows.
  socket.on('error', (error) => received.push(error.message));
  await Promise.race([once(socket, 'open').catch(() => closed), closed]);
  for (const step of steps) await runStep(socket, step, closed);
  if (socket.readyState === WebSocket.OPEN) {
    socket.send(JSON.stringify({ type: 'ping', payload: { lastPing } }));
  }
  await Promise.race([answered, closed]);
  socket.terminate();
  await closed;
  return { status: 101, text: received.join('\n'), closeCode };
}

async function runStep(socket: WebSocket, step: Step, closed: Promise<void>): Promise<void> {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (step.does === 'ping') socket.ping(marker);
  else if (step.does === 'send bytes') socket.send(step.bytes);
  else if (step.does === 'send') {
    for (let time = 0; time < step.times; time += 1) socket.send(step.text);
  } else {
    // There may be no message; a pong arrives in any case.
    socket.ping();
    await Promise.race([once(socket, 'pong'), once(socket, 'message'), closed]);
  }
}

async function sendGarbage(url: string, bytes: Uint8Array): Promise<Answer> {
  const upgrade = [
    'GET /graphql HTTP/1.1',
    'host: 127.0.0.1',
    'connection: upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
    'sec-websocket-protocol: graphql-transport-ws',
    '',
    '',
  ].join('\r\n');
  return exchange(url, Buffer.concat([Buffer.from(upgrade), bytes]));
}
