import { afterEach, expect } from 'vitest';
import { sendRequest } from '../clients/http-request.ts';
import { useApiServer } from './use-api-server.ts';
import type { SharedApiServer } from './use-api-server.ts';

/** A server for all tests of a file, which must answer an ordinary query after each, whatever it was sent. */
export function useSurvivingServer(): SharedApiServer {
  const server = useApiServer('external');

  afterEach(async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ query: '{ __typename }' });
    const answer = await sendRequest(server.url, { method: 'POST', headers, body });
    expect(answer.body).toBe('{"data":{"__typename":"Query"}}');
  });

  return server;
}
