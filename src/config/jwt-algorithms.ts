import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Problems } from './environment/problems.ts';

/** How the signature of a token is verified. */
export type JwtSource =
  | { kind: 'jwks'; url: string }
  | { kind: 'public key'; pem: string }
  | { kind: 'secret'; secret: string };

/** HMAC is left out: anybody could sign with a public key of the set. */
const asymmetric = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

const byCurve: Record<string, readonly string[]> = {
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
};

/** Minimum key size of the RSA algorithms; RFC 7518, section 3.3. */
const minRsaBits = 2_048;

/** The algorithms that these keys allow, so that a token never chooses its own. */
export function listAlgorithms(source: JwtSource, problems: Problems): readonly string[] {
  if (source.kind === 'jwks') return asymmetric;
  if (source.kind === 'secret') return ['HS256'];
  const key = readPublicKey(source.pem, problems);
  const algorithms = key === undefined ? [] : listAlgorithmsOfKey(key);
  if (key !== undefined && algorithms.length === 0) {
    problems.add(
      `AUTH_JWT_PUBLIC_KEY is not supported: it must be RSA of ${minRsaBits} bits or more, P-256, P-384, P-521 or Ed25519.`,
    );
  }
  return algorithms;
}

/** Restricts the algorithms that the key allows to the configured ones. */
export function restrictAlgorithms(
  allowed: readonly string[],
  configured: readonly string[] | null,
  problems: Problems,
): readonly string[] {
  if (configured === null || allowed.length === 0) return allowed;
  const unsupported = configured.filter((algorithm) => !allowed.includes(algorithm));
  if (unsupported.length > 0) {
    problems.add(
      `AUTH_JWT_ALGORITHMS: ${unsupported.join(', ')} does not fit the key, which allows ${allowed.join(', ')}.`,
    );
  }
  return configured;
}

function readPublicKey(pem: string, problems: Problems): KeyObject | undefined {
  // Node.js would use its public half, but a private key must not lie around here.
  if (pem.includes('PRIVATE KEY')) {
    problems.add('AUTH_JWT_PUBLIC_KEY is a private key: set the public key.');
    return undefined;
  }
  try {
    return createPublicKey(pem);
  } catch {
    problems.add('AUTH_JWT_PUBLIC_KEY is not a public key in PEM ("-----BEGIN PUBLIC KEY-----").');
    return undefined;
  }
}

function listAlgorithmsOfKey({
  asymmetricKeyType,
  asymmetricKeyDetails = {},
}: KeyObject): readonly string[] {
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
