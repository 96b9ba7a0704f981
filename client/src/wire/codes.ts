const unauthorized = ['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'ACCESS_REVOKED'];
const passing = [
  'RATE_LIMITED',
  'SERVICE_UNAVAILABLE',
  'FELL_BEHIND',
  'DISCONNECTED',
  'OPERATION_TIMEOUT',
  'INTERNAL_SERVER_ERROR',
];

/** Whether another token is needed. */
export function isUnauthorized(code: string): boolean {
  return unauthorized.includes(code);
}

/** Whether the same subscription can succeed later. What other codes mean, who watches has to know. */
export function isPassing(code: string): boolean {
  return passing.includes(code);
}
