import { defineFormat } from './stream-format.ts';

/**
 * GraphQL over server-sent events, distinct connections mode. What moves a client's cursor carries it as the event's id,
 * which a browser sends back as `Last-Event-ID` when it reconnects.
 */
export const eventStream = defineFormat({
  contentType: 'text/event-stream; charset=utf-8',
  opening: Buffer.from(':\n\n'),
  ping: Buffer.from(':\n\n'),
  next: ({ json, cursor }) =>
    Buffer.from(
      cursor === undefined
        ? `event: next\ndata: ${json}\n\n`
        : `event: next\nid: ${cursor}\ndata: ${json}\n\n`,
    ),
  complete: Buffer.from('event: complete\ndata: \n\n'),
});
