import { expect, test } from 'vitest';
import { StartupError } from '../../src/errors.ts';
import { explainFailure } from '../../src/commands/explain-failure.ts';

const systemError = (code: string, syscall: string, port?: number) =>
  Object.assign(new Error(`${syscall} ${code}`), { code, syscall, port });

test.each([
  [systemError('EADDRINUSE', 'listen', 4000), 'listen EADDRINUSE: set PORT to another port.'],
  [
    systemError('EADDRINUSE', 'listen', 9100),
    'listen EADDRINUSE: set METRICS_PORT to another port.',
  ],
  [systemError('EACCES', 'listen', 80), 'listen EACCES: set PORT to a port above 1023.'],
  [systemError('EADDRNOTAVAIL', 'listen', 4000), /set HOST to an address of this machine\.$/],
  [systemError('ENOTFOUND', 'getaddrinfo'), /set HOST to an address of this machine\.$/],
  [
    systemError('EACCES', 'access'),
    /make it writable for this user, or choose another folder \(DATA_DIR\)\.$/,
  ],
  [systemError('ENOSPC', 'write'), /free space on its disk/],
  [
    Object.assign(new Error('permission denied for schema public'), {
      code: '42501',
      severity: 'ERROR',
    }),
    'permission denied for schema public: PostgreSQL error 42501; check the privileges of the user of DATABASE_URL.',
  ],
  [new Error('Connection terminated unexpectedly'), /: start again once it is available\.$/],
  [
    new AggregateError([systemError('ECONNREFUSED', 'connect')]),
    'connect ECONNREFUSED: start again once it is available.',
  ],
  // What failed first, not what failed in clearing up.
  [new SuppressedError(new Error('close'), new StartupError('No folder.')), 'No folder.'],
])('%s is one line that says what to do', (error, line) => {
  const explained = explainFailure(error, { METRICS_PORT: '9100' });
  if (typeof line === 'string') expect(explained).toBe(line);
  else expect(explained).toMatch(line);
  expect(explained).not.toContain('\n');
});

test('an error that nobody expected is printed with its stack', () => {
  expect(explainFailure(new TypeError('odd'), {})).toMatch(/^TypeError: odd\n +at /);
});
