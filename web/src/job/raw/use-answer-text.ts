import { useEffect, useState } from 'react';
import type { Document } from '../../api/document.ts';
import { toServerUrl } from '../../api/locations.ts';
import { readByTicket } from '../../api/read-by-ticket.ts';
import { session } from '../../session/session.ts';

/** The answer to a query as the server writes it: parsed, a long number would lose digits. Asked again when `moment` differs. */
export function useAnswerText<Data, Variables extends object>(
  document: Document<Data, Variables>,
  variables: Variables,
  moment: string,
): { text: string | undefined; error: Error | undefined; refetch: () => void } {
  const [answer, setAnswer] = useState<{ text?: string; error?: Error }>({});
  const [round, setRound] = useState(0);
  const body = JSON.stringify({ query: document, variables });
  useEffect(() => {
    const controller = new AbortController();
    void (async () => {
      try {
        const { token, isTicket } = session.get();
        if (isTicket) {
          const asked = JSON.parse(body) as { query: string; variables: object };
          const { signal } = controller;
          setAnswer({ text: await readByTicket(asked.query, asked.variables, signal) });
          return;
        }
        const response = await fetch(toServerUrl('graphql'), {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
          },
          body,
          signal: controller.signal,
        });
        setAnswer({ text: await response.text() });
      } catch (error) {
        if (!controller.signal.aborted)
          setAnswer((before) => ({ ...before, error: error as Error }));
      }
    })();
    return () => controller.abort();
  }, [body, moment, round]);
  return {
    text: answer.text,
    error: answer.error,
    refetch: () => setRound((before) => before + 1),
  };
}
