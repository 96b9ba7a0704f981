import { createHash } from 'node:crypto';
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
export function chooseEncoding(accepted = ''): Encoding {
  if (takesBrotli.test(accepted)) return 'br';
  return takesGzip.test(accepted) ? 'gzip' : 'identity';
}
