import { defineFormat } from './stream-format.ts';

/** Apollo's multipart subscription protocol, version 1.0: each part is a message, and an empty one is a ping. */
export const multipartStream = defineFormat({
  contentType: 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0',
  opening: Buffer.from('--graphql'),
  ping: toPart('{}'),
  next: ({ json }) => toPart(`{"payload":${json}}`),
  complete: Buffer.from('--\r\n'),
});

/** A part, and the boundary behind it: only with that does a client take the part for complete. */
function toPart(json: string): Buffer {
  return Buffer.from(`\r\ncontent-type: application/json\r\n\r\n${json}\r\n--graphql`);
}
