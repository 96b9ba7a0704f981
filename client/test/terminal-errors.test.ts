import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../test/environment/app/leaks.ts';
import { useTestApp } from '../../test/environment/app/use-test-app.ts';
import { createSubjects } from '../../test/environment/jobs/jobs.ts';
import { exitCodes } from '../src/terminal/exit-codes.ts';
import { readLines, runInTerminal } from './environment/terminal.ts';
import type { Terminal } from './environment/terminal.ts';

expectNoLeaks();

const { app } = useTestApp('embedded');

const run = (args: readonly string[], terminal: Terminal = {}, env: Record<string, string> = {}) =>
  runInTerminal(args, terminal, { FOVEA_URL: app.url, ...env });

/** A server that has one answer. */
async function startAnswering(status: number) {
  const server = createServer((_request, response) => response.writeHead(status).end('{}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

test('what is refused is said, with the field', async () => {
  const { videoId, personaId } = await createSubjects(app.graphql);
  const job = ['submit', 'summarizeVideo', '--video', videoId, '--persona', personaId];
  const { code, written } = run([...job, '--input', '{"maxFrames": 0}'], { isTTY: true });
  expect(await code).toBe(exitCodes.failed);
  expect(written.out).toMatch(/^\S.*\n {2}input\.maxFrames: /);
  const piped = run([...job, '--input', '{"maxFrames": 0}']);
  expect(await piped.code).toBe(exitCodes.failed);
  expect(readLines(piped.written.out)).toMatchObject([{ __typename: 'ValidationError' }]);
});

test.each([
  [['dance'], /no command dance/],
  [['watch'], /needs the id of a job/],
  [['submit', 'summarizeVideo', '--input', '[]'], /--input must be a JSON object/],
  [['queues', '--what'], /--what/],
  [['queues', '--url', '127.0.0.1:4000'], /--url must be like/],
])('%j is not understood, and it says why', async (args, reason) => {
  const { code, written } = run(args);
  expect(await code).toBe(exitCodes.misunderstood);
  expect(written.errors).toMatch(reason);
});

test('a job that does not exist', async () => {
  const missing = run(['watch', '00000000-0000-7000-8000-000000000000']);
  expect(await missing.code).toBe(exitCodes.failed);
  expect(missing.written.errors).toMatch(/no job/i);
});

test.each([
  [['watch', 'a']],
  [['watch', '--mine']],
  [['logs', '-f', 'a']],
  [['queues']],
  [['queues', '-f']],
])('%j says when there is no server, and does not wait for it', async (args) => {
  // Nothing listens at this port.
  const { code, written } = run(args, {}, { FOVEA_URL: 'http://127.0.0.1:2' });
  expect(await code).toBe(exitCodes.unavailable);
  expect(written.errors).toBe('The server does not answer: connect ECONNREFUSED 127.0.0.1:2\n');
});

test('a token that is refused is said, with the variable to set', async () => {
  await using server = await startAnswering(401);
  const { code, written } = run(['watch', '--mine'], {}, { FOVEA_URL: server.url });
  expect(await code).toBe(exitCodes.denied);
  expect(written.errors).toBe('The server asks for a valid token: set FOVEA_TOKEN.\n');
});
