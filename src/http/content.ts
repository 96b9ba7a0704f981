import type { IncomingMessage } from 'node:http';

const json = /^application\/(?:graphql\+)?json\s*(?:;|$)/i;

/** The status and the message for a request whose content is not accepted; undefined if it is. */
export function findContentRefusal(request: IncomingMessage): [number, string] | undefined {
  if (request.method === 'GET') return findQueryRefusal(request);
  return request.method === 'POST' ? findBodyRefusal(request) : undefined;
}

/**
 * Browsers send the content types of forms (form fields, multipart, text/plain, or none) to other sites without a preflight
 * request. JSON needs one.
 */
function findBodyRefusal({ headers }: IncomingMessage): [number, string] | undefined {
  if (!json.test(headers['content-type'] ?? '')) {
    return [415, 'Send operations as application/json.'];
  }
  const coding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  return coding === 'identity' ? undefined : [415, 'Send operations uncompressed.'];
}

/** Yoga would report invalid JSON as an internal error. */
function findQueryRefusal({ url = '' }: IncomingMessage): [number, string] | undefined {
  if (!/[?&](?:variables|extensions)=./.test(url)) return undefined;
  const fields = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  const isReadable = ['variables', 'extensions'].every((name) => isJson(fields.get(name) || null));
  return isReadable ? undefined : [400, 'Variables and extensions must be JSON.'];
}

function isJson(text: string | null): boolean {
  try {
    JSON.parse(text ?? 'null');
    return true;
  } catch {
    return false;
  }
}
