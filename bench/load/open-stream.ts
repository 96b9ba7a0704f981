import { Agent, request } from 'node:http';
import WebSocket from 'ws';
import { subscribeDocument } from '../variants/variant.ts';

/** A job as subscribers receive it. */
export interface SeenJob {
  id: string;
  state: string;
  progress: number;
  stage: string | null;
  version: number;
}

export interface StreamListener {
  onJob: (job: SeenJob) => void;
  /** Called once, when the stream has ended for any reason other than `close`. */
  onEnd: (reason: string) => void;
}

export type Transport = 'sse' | 'websocket';

/** Closes a stream. */
export type Close = () => void;

interface Message {
  type?: string;
  payload?: Message;
  data?: { jobUpdated: SeenJob | null } | null;
  errors?: unknown;
}

// One connection for each subscriber, as if each were a browser.
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

/** Subscribes to a job, with as little work as the protocol allows. */
export function openStream(
  transport: Transport,
  url: string,
  jobId: string,
  listener: StreamListener,
): Close {
  const once = endOnce(listener);
  return transport === 'sse' ? openSse(url, jobId, once) : openWebSocket(url, jobId, once);
}

function endOnce({ onJob, onEnd }: StreamListener): StreamListener {
  let ended = false;
  return {
    onJob,
    onEnd: (reason) => {
      if (!ended) onEnd(reason);
      ended = true;
    },
  };
}

function openSse(url: string, id: string, { onJob, onEnd }: StreamListener): Close {
  const body = JSON.stringify({ query: subscribeDocument, variables: { id } });
  const headers = {
    accept: 'text/event-stream',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  const sent = request(`${url}/graphql`, { method: 'POST', agent, headers }, (response) => {
    let rest = '';
    response.setEncoding('latin1');
    response.on('data', (chunk: string) => {
      const events = (rest + chunk).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) readEvent(event, onJob, onEnd);
    });
    response.on('error', (error) => onEnd(error.message));
    response.on('close', () => onEnd(`closed, status ${response.statusCode}`));
  });
  sent.on('error', (error) => onEnd(error.message));
  sent.end(body);
  return () => {
    onEnd = () => undefined;
    sent.destroy();
  };
}

function readEvent(
  event: string,
  onJob: StreamListener['onJob'],
  onEnd: StreamListener['onEnd'],
): void {
  const at = event.indexOf('data: ');
  if (event.includes('event: complete')) onEnd('complete');
  else if (at !== -1 && event.length > at + 6)
    read(JSON.parse(event.slice(at + 6)) as Message, onJob, onEnd);
}

function openWebSocket(url: string, id: string, { onJob, onEnd }: StreamListener): Close {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    perMessageDeflate: false,
  });
  const payload = { query: subscribeDocument, variables: { id } };
  socket.on('open', () => socket.send('{"type":"connection_init"}'));
  socket.on('message', (bytes: Buffer) => {
    const message = JSON.parse(bytes.toString('latin1')) as Message;
    if (message.type === 'next') read(message.payload ?? {}, onJob, onEnd);
    else if (message.type === 'ping') socket.send('{"type":"pong"}');
    else if (message.type === 'connection_ack')
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
    else onEnd(JSON.stringify(message));
  });
  socket.on('error', (error) => onEnd(error.message));
  socket.on('close', (code) => onEnd(`closed with ${code}`));
  return () => {
    onEnd = () => undefined;
    socket.terminate();
  };
}

function read(
  { data, errors }: Message,
  onJob: StreamListener['onJob'],
  onEnd: StreamListener['onEnd'],
): void {
  if (data?.jobUpdated) onJob(data.jobUpdated);
  else onEnd(JSON.stringify(errors ?? 'no job'));
}
