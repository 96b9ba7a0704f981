import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FrontConfig } from '../../config/front.ts';
import { refuse } from '../respond.ts';
import { createAddressReader, createTrust } from './client-address.ts';
import type { ReadAddress, Trust } from './client-address.ts';
import { closeSocket } from '../close-socket.ts';
import { createCors } from './cors.ts';
import { createOrigins } from './origins.ts';
import { livezPath, readyzPath } from '../paths.ts';
import { securityHeaders, setSecurityHeaders } from './security-headers.ts';

/** The checks that every request passes first, whatever its path. */
export interface Front {
  /** Whether a request is to be served; if not, it has been answered. */
  admit: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** The same for a request that would become a WebSocket; if not, its connection has been ended. */
  admitUpgrade: (request: IncomingMessage, raw: Socket) => boolean;
  readAddress: ReadAddress;
  /** Whether a peer is a trusted proxy. */
  trust: Trust;
}

export function createFront(config: FrontConfig): Front {
  const trust = createTrust(config.trustedProxies);
  const origins = createOrigins(config, trust);
  const answerCors = createCors(config, origins);

  return {
    admit: (request, response) => {
      setSecurityHeaders(response);
      if (lacksHost(request)) {
        refuse(response, 400, noHost);
        return false;
      }
      const refusal = origins.findRefusal(request);
      if (refusal === undefined) return !answerCors(request, response);
      response.writeHead(403, { 'content-type': 'application/json; charset=utf-8' });
      response.end(toJson(refusal));
      return false;
    },
    admitUpgrade: (request, raw) => {
      const lacks = lacksHost(request);
      const refusal = lacks ? noHost : origins.findRefusal(request);
      if (refusal === undefined) return true;
      refuseUpgrade(raw, lacks ? '400 Bad Request' : '403 Forbidden', toJson(refusal));
      return false;
    },
    readAddress: createAddressReader(trust),
    trust,
  };
}

const noHost = 'An HTTP/1.1 request needs a Host header.';

/** HTTP/1.1 requires one (RFC 9112, 3.2). The probes of load balancers need not know the host name. */
function lacksHost({ headers, httpVersion, url = '' }: IncomingMessage): boolean {
  if (headers.host !== undefined || httpVersion !== '1.1') return false;
  const path = url.split('?', 1)[0];
  return path !== livezPath && path !== readyzPath;
}

function toJson(message: string): string {
  return JSON.stringify({ errors: [{ message, extensions: { code: 'FORBIDDEN' } }] });
}

/** Answers a request that does not become a WebSocket, and closes its connection, whether or not the client reads the answer. */
export function refuseUpgrade(raw: Socket, status: string, json = ''): void {
  const headers = [
    ...securityHeaders,
    ['content-type', 'application/json; charset=utf-8'],
    ['content-length', Buffer.byteLength(json)],
    ['connection', 'close'],
  ];
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  raw.write(`HTTP/1.1 ${status}\r\n${lines}\r\n${json}`);
  closeSocket(raw);
}
