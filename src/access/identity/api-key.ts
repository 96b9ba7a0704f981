import { createHash, randomBytes } from 'node:crypto';

/** As much as no one guesses, so that a plain hash keeps it. */
const secretBytes = 32;
/** Begins every key, so that one that has leaked is found where it should not be. */
const shape = /^fovea_[\w-]{43}$/;

export function createApiKeyToken(): string {
  return `fovea_${randomBytes(secretBytes).toString('base64url')}`;
}

/** What is stored of a key: enough to know it again, and nothing to use. */
export function hashApiKey(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export function isApiKey(token: string): boolean {
  return shape.test(token);
}
