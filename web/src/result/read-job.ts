import { useClient } from 'fovea-jobs-client/react';
import { useCallback } from 'react';
import type { Document } from '../api/document.ts';
import { readByTicket } from '../api/read-by-ticket.ts';
import { useViewer } from '../session/viewer.tsx';

/** What every reading of a job takes: its id, and whether what belongs to other jobs is read as well. */
interface JobVariables {
  id: string;
  isOwner: boolean;
}

export type JobDocument<Data, More = object> = Document<Data, JobVariables & More>;

type Read<Data, More> = (variables: { id: string } & More, signal?: AbortSignal) => Promise<Data>;

/**
 * Reads something of a job by a query of `job`. A ticket opens no query, but the subscription of its job with the same fields: that
 * of a job that has ended sends it once, and ends.
 */
export function useJobRead<Data, More extends object = object>(
  document: JobDocument<Data, More>,
): Read<Data, More> {
  const client = useClient();
  const isTicket = useViewer().role === 'TICKET';
  return useCallback(
    async (variables, signal) => {
      const asked = { ...variables, isOwner: !isTicket };
      if (isTicket) return readBySubscription<Data>(document, asked, signal);
      return client.request<Data>(document, asked, signal);
    },
    [client, document, isTicket],
  );
}

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: readonly { message: string }[];
}

async function readBySubscription<Data>(
  document: string,
  variables: JobVariables,
  signal = new AbortController().signal,
): Promise<Data> {
  const { data, errors: [error] = [] } = JSON.parse(
    await readByTicket(document, variables, signal),
  ) as Answer;
  if (error || !data) throw new Error(error?.message);
  return data as Data;
}
