import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { sendRequest } from '../clients/http-request.ts';
import { startApiServer } from './api-server.ts';
import type { ApiServer } from './api-server.ts';

/** A server for all tests of a file, which must answer an ordinary query after each, whatever it was sent. */
export function useSurvivingServer(): () => ApiServer {
  let server: ApiServer;

  beforeAll(async () => {
    server = await startApiServer('external');
  });

  afterAll(() => server[Symbol.asyncDispose]());

  afterEach(async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ query: '{ __typename }' });
    const answer = await sendRequest(server.url, { method: 'POST', headers, body });
    expect(answer.body).toBe('{"data":{"__typename":"Query"}}');
  });

  return () => server;
}
