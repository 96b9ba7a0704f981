import { useClient } from 'fovea-jobs-client/react';
import { useCallback } from 'react';
import type { Document } from './document.ts';

/** Runs a mutation, or a query at a moment of its own. Rejects with the server's error. */
export function useOperation<Data, Variables extends object>(document: Document<Data, Variables>) {
  const client = useClient();
  return useCallback(
    (variables: Variables, signal?: AbortSignal) =>
      client.request<Data & object>(document, variables, signal) as Promise<Data>,
    [client, document],
  );
}
