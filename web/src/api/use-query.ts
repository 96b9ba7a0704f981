import { useClient } from 'fovea-jobs-client/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useViewer } from '../session/viewer.tsx';
import type { Document } from './document.ts';
import { readByTicket } from './read-by-ticket.ts';

export interface QueryView<Data> {
  /** The newest answer to these variables; that to the variables before, until there is one. */
  data: Data | undefined;
  error: Error | undefined;
  isLoading: boolean;
  /** Asks again; what is shown stays until there is an answer. */
  refetch: () => void;
}

/** What the server answers to a query. Without variables nothing is asked. An answer that a newer one has overtaken is dropped. */
export function useQuery<Data, Variables extends object>(
  document: Document<Data, Variables>,
  variables: Variables | null,
): QueryView<Data> {
  const client = useClient();
  const isTicket = useViewer().role === 'TICKET';
  const key = variables === null ? null : JSON.stringify(variables);
  const [answer, setAnswer] = useState<{ key: string | null; data?: Data; error?: Error }>({ key });
  const [round, setRound] = useState(0);
  const latest = useRef(0);
  useEffect(() => {
    if (key === null) return;
    const mine = ++latest.current;
    const controller = new AbortController();
    const show = (next: typeof answer) => {
      if (mine === latest.current && !controller.signal.aborted) setAnswer(next);
    };
    void (async () => {
      try {
        const asked = JSON.parse(key) as Variables;
        show({
          key,
          data: isTicket
            ? await readAnswer<Data>(document, asked, controller.signal)
            : await client.request<Data & object>(document, asked, controller.signal),
        });
      } catch (error) {
        show({ key, error: error as Error });
      }
    })();
    return () => controller.abort();
  }, [client, document, key, round, isTicket]);
  const refetch = useCallback(() => setRound((before) => before + 1), []);
  const isCurrent = answer.key === key && (answer.data !== undefined || answer.error !== undefined);
  return {
    data: key === null ? undefined : answer.data,
    error: isCurrent ? answer.error : undefined,
    isLoading: key !== null && !isCurrent,
    refetch,
  };
}

/** With a ticket. */
async function readAnswer<Data>(
  document: string,
  variables: object,
  signal: AbortSignal,
): Promise<Data> {
  const { data, errors } = JSON.parse(await readByTicket(document, variables, signal)) as {
    data?: Data | null;
    errors?: readonly { message: string }[];
  };
  const [error] = errors ?? [];
  if (error || !data) throw new Error(error?.message);
  return data;
}
