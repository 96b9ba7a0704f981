import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Problems } from './environment/problems.ts';

/** What the keys that sign tokens are known by. */
export type JwtSource =
  | { kind: 'jwks'; url: string }
  | { kind: 'public key'; pem: string }
  | { kind: 'secret'; secret: string };

/** A set of public keys: a token that is signed with one of them by HMAC was signed by anybody. */
const asymmetric = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

const byCurve: Record<string, readonly string[]> = {
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
};

/** The length below which RSA's algorithms are not to be used; RFC 7518, section 3.3. */
const minRsaBits = 2_048;

/** What may be said to have signed a token, so that it is never the token that decides it. */
export function fittingAlgorithms(source: JwtSource, problems: Problems): readonly string[] {
  if (source.kind === 'jwks') return asymmetric;
  if (source.kind === 'secret') return ['HS256'];
  const key = readPublicKey(source.pem, problems);
  const algorithms = key === undefined ? [] : ofKey(key);
  if (key !== undefined && algorithms.length === 0) {
    problems.add(
      `AUTH_JWT_PUBLIC_KEY is of no use: it must be RSA of ${minRsaBits} bits or more, P-256, P-384, P-521 or Ed25519.`,
    );
  }
  return algorithms;
}

/** Of those that fit, the wanted ones. */
export function narrow(
  fitting: readonly string[],
  wanted: readonly string[] | null,
  problems: Problems,
): readonly string[] {
  if (wanted === null || fitting.length === 0) return fitting;
  const unfit = wanted.filter((algorithm) => !fitting.includes(algorithm));
  if (unfit.length > 0) {
    problems.add(
      `AUTH_JWT_ALGORITHMS: ${unfit.join(', ')} does not fit the key; it is for ${fitting.join(', ')}.`,
    );
  }
  return wanted;
}

function readPublicKey(pem: string, problems: Problems): KeyObject | undefined {
  // Node would take its public half, and the private one would lie around here.
  if (pem.includes('PRIVATE KEY')) {
    problems.add('AUTH_JWT_PUBLIC_KEY is a private key: it belongs to who signs, and not here.');
    return undefined;
  }
  try {
    return createPublicKey(pem);
  } catch {
    problems.add('AUTH_JWT_PUBLIC_KEY is no public key in PEM ("-----BEGIN PUBLIC KEY-----").');
    return undefined;
  }
}

function ofKey({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): readonly string[] {
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails;
  switch (asymmetricKeyType) {
    case 'rsa':
      return modulusLength < minRsaBits ? [] : ['RS256', 'PS256'];
    case 'rsa-pss':
      return modulusLength < minRsaBits ? [] : ['PS256'];
    case 'ec':
      return byCurve[namedCurve] ?? [];
    case 'ed25519':
      return ['EdDSA', 'Ed25519'];
    default:
      return [];
  }
}
