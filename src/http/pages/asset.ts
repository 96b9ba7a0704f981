import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** A file that is served as it is, or compressed. */
export interface Asset {
  type: string;
  /** Of its content, for its name. */
  hash: string;
  read: (encoding: Encoding) => Promise<Buffer>;
}

export type Encoding = 'br' | 'gzip' | 'identity';

/** Much above this, megabytes take seconds, for little less to send. */
const brotliQuality = 5;

const compress = {
  br: (content: Buffer) =>
    promisify(brotliCompress)(content, {
      params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality },
    }),
  gzip: promisify<Buffer, Buffer>(gzip),
  identity: (content: Buffer) => Promise.resolve(content),
};

/** It is compressed when somebody asks for that the first time, and kept so. */
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

/** A coding that is named, and not refused by `q=0`. */
const takesBrotli = /\bbr\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/;
const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/;

/** The best that a client takes. */
export function chooseEncoding(accepted = ''): Encoding {
  if (takesBrotli.test(accepted)) return 'br';
  return takesGzip.test(accepted) ? 'gzip' : 'identity';
}
