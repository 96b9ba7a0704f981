import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { OpenMedia } from '../../api/generated/documents.ts';
import { toServerUrl } from '../../api/locations.ts';
import { useOperation } from '../../api/use-operation.ts';
import { session } from '../../session/session.ts';

export interface MediaUrl {
  /** Undefined until it is known, and if there is none. */
  url: string | undefined;
  error: Error | undefined;
  /** Gets another ticket, as the one in the URL ends. */
  renew: () => void;
}

/** The URL at which a `<video>` gets the file of a job's video. It sends no headers, so whoever has signed in needs a ticket. */
export function useMediaUrl(jobId: string, mediaUrl: string | null): MediaUrl {
  const { token, isTicket } = useSyncExternalStore(session.subscribe, session.get);
  const openMedia = useOperation(OpenMedia);
  const [made, setMade] = useState<{ ticket?: string; error?: Error }>({});
  const [round, setRound] = useState(0);
  const needsTicket = mediaUrl !== null && token !== undefined && !isTicket;
  useEffect(() => {
    if (!needsTicket) return;
    const controller = new AbortController();
    void (async () => {
      const next = await openMedia({ id: jobId }, controller.signal).then(
        ({ createJobTicket: it }) =>
          it.__typename === 'CreateJobTicketPayload'
            ? { ticket: it.ticket }
            : { error: new Error(it.message) },
        (error: Error) => ({ error }),
      );
      if (!controller.signal.aborted) setMade(next);
    })();
    return () => controller.abort();
  }, [needsTicket, jobId, openMedia, round]);
  const renew = useCallback(() => setRound((before) => before + 1), []);
  const held = isTicket ? token : undefined;
  const ticket = needsTicket ? made.ticket : held;
  if (mediaUrl === null || (needsTicket && ticket === undefined)) {
    return { url: undefined, error: made.error, renew };
  }
  const url = new URL(toServerUrl(mediaUrl));
  if (ticket !== undefined) url.searchParams.set('ticket', ticket);
  return { url: url.href, error: undefined, renew };
}
