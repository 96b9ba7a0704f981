import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Connection } from '../../access/limits/connections.ts';
import type { Viewer } from '../../db/viewer.ts';
import { createOperationStream } from './operation-stream.ts';
import type { OperationStream } from './operation-stream.ts';
import type { StreamContext } from './response-stream.ts';

/** Streams of one process. */
const maxStreams = 10_000;

/**
 * GraphQL over server-sent events, single connection mode: a stream is reserved, opened, and then operations are added to it by
 * requests of their own. Tokens are valid in this process only.
 */
export interface SingleConnections {
  /** Returns a token for a stream; undefined if there are too many. */
  reserve: (viewer: Viewer, connection: Connection) => string | undefined;
  /** The stream of a token, opened or not; undefined for viewers other than the one who reserved it. */
  find: (token: string, viewer: Viewer) => OperationStream | undefined;
}

export function createSingleConnections(context: StreamContext): SingleConnections {
  const streams = new Map<string, { stream: OperationStream; viewer: Viewer }>();

  function reserve(viewer: Viewer, connection: Connection): string | undefined {
    if (streams.size >= maxStreams) return undefined;
    const token = randomUUID();
    const onClose = () => {
      connection.close();
      streams.delete(token);
    };
    const stream = createOperationStream(context, connection, { goesOn: true, onClose });
    streams.set(token, { stream, viewer });
    return token;
  }

  return {
    reserve,
    find: (token, viewer) => {
      const reserved = streams.get(token);
      return reserved && isDeepStrictEqual(reserved.viewer, viewer) ? reserved.stream : undefined;
    },
  };
}
