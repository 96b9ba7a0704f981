import { describe, expect, test } from 'vitest';
import { isTransientDatabaseError, isSessionLost } from '../../src/db/transient-errors.ts';

const withCode = (code: string, more: object = {}) =>
  Object.assign(new Error('no'), { code }, more);

describe('trouble of the server', () => {
  const passing = ['40001', '40P01', '53100', '53200', '53300', '55P03', '57014', '58030'];
  const lost = ['08003', '08006', '08P01', '25006', '25P03', '25P04', '28000', '28P01', '3D000'];
  const ended = [
    '57P01',
    '57P02',
    '57P03',
    '57P04',
    '57P05',
    'ECONNRESET',
    'EPIPE',
    'EHOSTUNREACH',
  ];
  const texts = [
    'timeout exceeded when trying to connect',
    'Connection terminated due to connection timeout',
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
    'Query read timeout',
    'Cannot use a pool after calling end on the pool',
  ];
  const noSocket = withCode('ENOENT', { syscall: 'connect' });

  test.each(passing)('%s passes, and the session stays', (code) => {
    expect(isTransientDatabaseError(withCode(code))).toBe(true);
    expect(isSessionLost(withCode(code))).toBe(false);
  });

  test.each([...lost, ...ended])('%s ends the session', (code) => {
    expect(isSessionLost(withCode(code))).toBe(true);
  });

  test.each(texts)('"%s" ends the session, though it has no code', (text) => {
    expect(isSessionLost(new Error(text))).toBe(true);
  });

  test('a missing socket file is transient: its server does not run', () => {
    expect(isTransientDatabaseError(noSocket)).toBe(true);
  });

  test.each(['22007', '22P02', '23505', '42601', '42P01', '42501', '22P05', 'XX000', 'ENOENT'])(
    '%s is the fault of a statement, or ours',
    (code) => {
      expect(isTransientDatabaseError(withCode(code))).toBe(false);
    },
  );

  test('an error of something else is not transient', () => {
    for (const other of [new Error('no'), 'ECONNRESET', undefined, { code: '25006' }]) {
      expect(isTransientDatabaseError(other)).toBe(false);
    }
  });
});
