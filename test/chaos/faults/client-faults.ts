import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect } from 'vitest';
import { countFinal, listUnfinished } from '../system/rows.ts';
import type { Member } from '../system/processes.ts';
import { countDescriptors, readResources } from '../system/resources.ts';
import { within } from './fault.ts';
import type { FaultContext } from './fault.ts';

/** Requests that are pipelined behind a stream, and upgrades that are refused. */
const pipelined = 60;
const refused = 100;
/** How long a refused upgrade may hold its socket, whatever its client does. */
const releasesWithinMs = 10_000;

const headers = 'host: 127.0.0.1\r\ncontent-type: application/json\r\n';
const jobQuery = `subscription ($id: ID!) { jobUpdated(id: $id) { ${repeat('stage', 25)} } }`;

/** Clients stop reading while their jobs end, and one of their APIs is told to end. */
export async function stallReaders({ deployment }: FaultContext): Promise<void> {
  const [first, second] = deployment.members('api');
  const jobs = await within(async () => {
    const ids = await listUnfinished(deployment.services.db);
    expect(ids.length).toBeGreaterThan(0);
    return ids.slice(0, 4);
  });
  const sockets = [
    ...(await openStalled(first!, jobs)),
    ...(await openStalled(second!, jobs)),
    await sendUnread(first!),
  ];
  await within(async () =>
    expect(await countFinal(deployment.services.db, jobs)).toBe(jobs.length),
  );
  await deployment.end(second!, 'SIGTERM');
  await deployment.replace(second!);
  for (const socket of sockets) socket.destroy();
}

/** Requests pipelined behind a stream use no resources until the stream has ended. */
export async function pipelineRequests({ deployment }: FaultContext): Promise<void> {
  const [api] = deployment.members('api');
  const queue = 'subscription { queueUpdated(type: VIDEO_SUMMARIZATION) { counts { queued } } }';
  const stream = toPost(queue, {}, 'text/event-stream');
  const socket = await open(api!);
  socket.write(stream);
  await once(socket, 'data');
  socket.resume();
  const before = await readResources(api!.pid, api!.url);
  // The API may close the connection because of these.
  socket.write(stream.repeat(pipelined));
  await ping(api!);
  const { connections } = await readResources(api!.pid, api!.url);
  expect(connections).toBeLessThan(before.connections + pipelined / 2);
  socket.destroy();
}

/** Clients request a WebSocket where there is none, and keep their connection open. */
export async function refuseUpgrades({ deployment }: FaultContext): Promise<void> {
  const [api] = deployment.members('api');
  const before = countDescriptors(api!.pid);
  const closed: Promise<unknown>[] = [];
  const sockets: Socket[] = [];
  for (let index = 0; index < refused; index += 1) {
    const socket = await open(api!, true);
    sockets.push(socket);
    closed.push(once(socket, 'end'));
    const path = index % 2 === 0 ? '/nowhere' : '/graphql';
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\norigin: https://elsewhere.example\r\nconnection: upgrade\r\n` +
        'upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    socket.resume();
  }
  await Promise.all(closed);
  // The load has connections, too.
  await within(
    () => expect(countDescriptors(api!.pid)).toBeLessThan(before + refused / 2),
    releasesWithinMs,
  );
  for (const socket of sockets) socket.destroy();
}

/** Processes are started with a port or an address that they cannot use. */
export async function startWrongly({ deployment }: FaultContext): Promise<void> {
  const [api] = deployment.members('api');
  await deployment.startFailing('api', { PORT: new URL(api!.url).port });
  await deployment.startFailing('api', { HOST: '192.0.2.1' });
  await deployment.startFailing('worker', { METRICS_PORT: new URL(api!.url).port });
}

async function openStalled(api: Member, jobs: readonly string[]): Promise<Socket[]> {
  const accepted = ['text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'];
  const sockets = jobs.flatMap((id) =>
    accepted.map(async (accept) => {
      const socket = await open(api);
      socket.pause();
      socket.write(toPost(jobQuery, { id }, accept));
      return socket;
    }),
  );
  return Promise.all(sockets);
}

/** When this is answered, the API has also read what was sent before. */
async function ping({ url }: Member): Promise<void> {
  const response = await fetch(`${url}/livez`);
  expect(response.status).toBe(200);
  await response.body?.cancel();
}

/** Requests large answers, and reads none of them. */
async function sendUnread(api: Member): Promise<Socket> {
  const socket = await open(api);
  socket.pause();
  const query = `{ ${Array.from({ length: 10 }, (_, index) => `a${index}: jobs(first: 100) { edges { node { id state } } }`).join(' ')} }`;
  socket.write(toPost(query, {}, 'application/json').repeat(10));
  return socket;
}

async function open({ url }: Member, allowHalfOpen = false): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen });
  socket.on('error', () => undefined); // the API may reset it
  await once(socket, 'connect');
  return socket;
}

function toPost(query: string, variables: object, accept: string): string {
  const body = JSON.stringify({ query, variables });
  return `POST /graphql HTTP/1.1\r\n${headers}accept: ${accept}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function repeat(field: string, times: number): string {
  return Array.from({ length: times }, (_, index) => `${field}${index}: ${field}`).join(' ');
}
