import { session } from '../session/session.ts';
import { useLanguage, useMessages } from '../messages/messages.tsx';
import { useNow } from '../time/clock.ts';
import { formatClock, formatDuration } from '../time/time.tsx';
import styles from './job-screen.module.css';

/** When a ticket ends, in ms since 1970; undefined if it does not say so. */
function readExpiry(ticket: string): number | undefined {
  try {
    const payload = ticket.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/');
    const { exp } = JSON.parse(atob(payload)) as { exp?: number };
    return exp === undefined ? undefined : exp * 1_000;
  } catch {
    // The server says what is wrong with it.
    return undefined;
  }
}

/** Tells the holder of a ticket what it is for, and how long it holds. */
export function TicketNotice() {
  const { job: m } = useMessages();
  const { language } = useLanguage();
  const now = useNow();
  const endsAt = readExpiry(session.get().token ?? '');
  if (endsAt === undefined) return null;
  return (
    <p className={styles.ticket}>
      {endsAt > now
        ? m.ticketEnds(formatClock(endsAt, language), formatDuration(endsAt - now))
        : m.ticketEnded(formatClock(endsAt, language))}
    </p>
  );
}
