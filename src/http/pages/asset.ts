import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** A file that is served as it is, or compressed. */
export interface Asset {
  type: string;
  /** The hash of its content, which is part of its file name. */
  hash: string;
  read: (encoding: Encoding) => Promise<Buffer>;
}

export type Encoding = 'br' | 'gzip' | 'identity';

/** Higher qualities take seconds for a few megabytes, and save little. */
const brotliQuality = 5;

const compress = {
  br: (content: Buffer) =>
    promisify(brotliCompress)(content, {
      params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality },
    }),
  gzip: promisify<Buffer, Buffer>(gzip),
  identity: (content: Buffer) => Promise.resolve(content),
};

/** Creates an asset. It is compressed at the first request for an encoding, and then cached. */
export function createAsset(content: string | Buffer, type: string): Asset {
  const bytes = Buffer.from(content);
  const made = new Map<Encoding, Promise<Buffer>>();
  return {
    type,
    hash: createHash('sha256').update(bytes).digest('base64url').slice(0, 20),
    read: (encoding) => {
      const known = made.get(encoding) ?? compress[encoding](bytes);
      made.set(encoding, known);
      return known;
    },
  };
}

/** Match an encoding that is named and does not have `q=0`. */
const takesBrotli = /\bbr\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/;
const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/;

/** The best encoding that a client accepts. */
function chooseEncoding(accepted = ''): Encoding {
  if (takesBrotli.test(accepted)) return 'br';
  return takesGzip.test(accepted) ? 'gzip' : 'identity';
}

/** Answers with an asset, whose name contains the hash of its content. */
export async function sendAsset(
  asset: Asset,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const encoding = chooseEncoding(request.headers['accept-encoding']);
  const body = await asset.read(encoding);
  response.writeHead(200, {
    'content-type': asset.type,
    'content-length': body.length,
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding, origin',
    ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
  });
  response.end(body);
}
