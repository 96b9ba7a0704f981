import type { IncomingMessage } from 'node:http';

const json = /^application\/(?:graphql\+)?json\s*(?:;|$)/i;

/** Why a request's content is not read, and the status that says so; undefined when it is. */
export function findContentRefusal(request: IncomingMessage): [number, string] | undefined {
  if (request.method === 'GET') return findQueryRefusal(request);
  return request.method === 'POST' ? findBodyRefusal(request) : undefined;
}

/**
 * What a form sends (form fields, multipart, text/plain, or no type at all), any page may post to another site without asking
 * first; JSON it may not.
 */
function findBodyRefusal({ headers }: IncomingMessage): [number, string] | undefined {
  if (!json.test(headers['content-type'] ?? '')) {
    return [415, 'Send operations as application/json.'];
  }
  const coding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  return coding === 'identity' ? undefined : [415, 'Send operations uncompressed.'];
}

/** Yoga would take what is no JSON for a fault of ours. */
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
