import { once } from 'node:events';
import fc from 'fast-check';
import WebSocket from 'ws';
import { marker } from '../values/hostile.ts';
import type { Answer, Area } from '../find-fault.ts';
import { exchange } from './requests.ts';
import { fillIds, socketSeeds } from '../corpus.ts';
import { toSteps } from '../values/websocket-steps.ts';
import type { Step } from '../values/websocket-steps.ts';

interface Conversation {
  protocol: string;
  steps: Step[];
  /** In the place of a farewell: bytes that are no frames. */
  bytes: Uint8Array | undefined;
}

const protocols = ['graphql-ws', 'graphql-transport-ws-2', marker, 'GRAPHQL-TRANSPORT-WS'];

/** Any messages in any order; afterwards the server answers a ping, or has closed the connection. */
export const conversations: Area<Conversation> = {
  name: 'WebSockets',
  count: 1_000,
  cases: (target) =>
    fc.record({
      protocol: fc.oneof(
        { weight: 12, arbitrary: fc.constant('graphql-transport-ws') },
        { weight: 1, arbitrary: fc.constantFrom(...protocols) },
      ),
      steps: toSteps(target),
      bytes: fc.option(fc.uint8Array({ minLength: 1, maxLength: 60 }), {
        freq: 6,
        nil: undefined,
      }),
    }),
  seeds: ({ ids }) =>
    socketSeeds.map(([protocol, ...messages]) => ({
      protocol,
      steps: messages.flatMap((message): Step[] => [
        { does: 'send', text: fillIds(JSON.stringify(message), ids), times: 1 },
        { does: 'wait' },
      ]),
      bytes: undefined,
    })),
  send: (target, { bytes, ...conversation }) =>
    bytes ? sendGarbage(target.url, bytes) : converse(target.url, conversation),
};

const lastWord = 'the last word';

export async function converse(
  url: string,
  { protocol, steps }: { protocol: string; steps: readonly Step[] },
): Promise<Answer> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocol);
  const said: string[] = [];
  let closeCode: number | undefined;
  const closed = new Promise<void>((resolve) => {
    socket.once('close', (code, reason) => {
      closeCode = code;
      said.push(String(reason));
      resolve();
    });
  });
  const answered = new Promise<void>((resolve) => {
    socket.on('message', (message: Buffer) => {
      said.push(message.toString());
      if (message.toString().includes(lastWord)) resolve();
    });
  });
  // A server without the protocol; its closing says so.
  socket.on('error', (error) => said.push(error.message));
  await Promise.race([once(socket, 'open').catch(() => closed), closed]);
  for (const step of steps) await take(socket, step, closed);
  if (socket.readyState === WebSocket.OPEN) {
    socket.send(JSON.stringify({ type: 'ping', payload: { lastWord } }));
  }
  await Promise.race([answered, closed]);
  socket.terminate();
  await closed;
  return { status: 101, text: said.join('\n'), closeCode };
}

async function take(socket: WebSocket, step: Step, closed: Promise<void>): Promise<void> {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (step.does === 'ping') socket.ping(marker);
  else if (step.does === 'send bytes') socket.send(step.bytes);
  else if (step.does === 'send') {
    for (let time = 0; time < step.times; time += 1) socket.send(step.text);
  } else {
    // There may be nothing to say; the answer to this comes in any case.
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
