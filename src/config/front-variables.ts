import { z } from 'zod';
import { flag, variable } from './variable.ts';

/** What browsers and proxies in front of the API are told and believed. */
export function describeFrontVariables() {
  return {
    corsOrigins: variable<string[]>({
      name: 'CORS_ORIGINS',
      schema: list(origin),
      fallback: [],
      defaultText: 'none',
      help: 'Other origins whose pages may use the API, as `https://a.example,http://localhost:5173`; there is no `*`.',
    }),
    corsCredentials: variable({
      name: 'CORS_CREDENTIALS',
      schema: flag,
      fallback: false,
      help: 'Whether pages of `CORS_ORIGINS` may send cookies along, for a proxy in front that asks for them.',
    }),
    allowedHosts: variable<string[] | null>({
      name: 'ALLOWED_HOSTS',
      schema: list(hostName),
      fallback: null,
      defaultText: 'without accounts: `HOST`, else all',
      help: 'Names that the API is called by, as `api.example`; addresses and `localhost` always are.',
    }),
    trustedProxies: variable<string[]>({
      name: 'TRUSTED_PROXIES',
      schema: list(z.string()),
      fallback: [],
      defaultText: 'none',
      help: 'Proxies whose `X-Forwarded-*` are believed: addresses, networks as `10.0.0.0/8`, `loopback`, `linklocal`, `uniquelocal`.',
    }),
  };
}

/** What stands between commas, each of it parsed. */
function list(item: z.ZodType<string, string>): z.ZodType<string[], string> {
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(item));
}

const origin = z
  .string()
  .refine((text) => !text.includes('*'), {
    error: '* would let in every page that a user opens: name the origins',
    abort: true,
  })
  .refine(isOrigin, 'an origin is scheme, host and port alone, as https://a.example:8443');

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}

const hostName = z
  .string()
  .toLowerCase()
  .regex(/^[a-z\d]([a-z\d.-]*[a-z\d])?$/, 'a host name, without scheme and port');
