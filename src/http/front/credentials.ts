import type { IncomingMessage } from 'node:http';
import type { Credentials } from '../../access/identity/authenticator.ts';

const bearer = /^Bearer +(\S+)$/i;

/** Reads the credentials of a request. A ticket may be in its URL, as a browser's EventSource sends no headers. */
export function readCredentials({ headers, url = '' }: IncomingMessage): Credentials {
  const ticket = url.includes('ticket=')
    ? (new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('ticket') ?? undefined)
    : undefined;
  return { token: readBearer(headers.authorization), ticket };
}

/** Reads the credentials of a WebSocket: from its connection parameters, or from its headers, which browsers cannot set. */
export function readSocketCredentials(
  request: IncomingMessage,
  params: Readonly<Record<string, unknown>> | undefined,
): Credentials {
  const { authorization, Authorization, ticket } = params ?? {};
  const given = [authorization, Authorization].find((value) => typeof value === 'string');
  const sent = readCredentials(request);
  return {
    token: given === undefined ? sent.token : readBearer(given),
    ticket: typeof ticket === 'string' ? ticket : sent.ticket,
  };
}

/** Returns the token. A header of another scheme is returned whole, so that authentication fails. */
function readBearer(header: string | undefined): string | undefined {
  return header === undefined ? undefined : (bearer.exec(header)?.[1] ?? header);
}
