import type { IncomingMessage } from 'node:http';
import type { Credentials } from '../../access/identity/authenticator.ts';

const bearer = /^Bearer +(\S+)$/i;

/** What a request says of who sends it. A ticket may be in its URL, as a browser's EventSource sends no headers. */
export function readCredentials({ headers, url = '' }: IncomingMessage): Credentials {
  const ticket = url.includes('ticket=')
    ? (new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('ticket') ?? undefined)
    : undefined;
  return { token: readBearer(headers.authorization), ticket };
}

/** What a WebSocket says of who opens it: in the parameters of its connection, or, where no browser is, in its headers. */
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

/** The token; what is no bearer token is passed on as it is, and will not hold. */
function readBearer(header: string | undefined): string | undefined {
  return header === undefined ? undefined : (bearer.exec(header)?.[1] ?? header);
}
