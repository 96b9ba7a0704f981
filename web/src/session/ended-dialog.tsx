import { useEffect, useId, useRef } from 'react';
import { useMessages } from '../messages/messages.tsx';
import { useShownVersion } from '../shell/shown-version.ts';
import { useViewer } from './viewer.tsx';
import styles from './sign-in.module.css';
import { TokenForm } from './token-form.tsx';

/** In front of a page whose session has ended: it goes on where it was with another token. */
export function EndedDialog() {
  const { session: m } = useMessages();
  const { owner, role } = useViewer();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const shown = dialog.current!;
    shown.showModal();
    return () => shown.close();
  }, []);
  const isTicket = role === 'TICKET';
  // A link that had ended before it was opened has shown nothing.
  const hasShown = useShownVersion() !== undefined;
  const linkHint = hasShown ? `${m.linkEndedHint} ${m.lastCame}` : m.linkEndedHint;
  return (
    <dialog
      ref={dialog}
      className={styles.card}
      aria-labelledby={titleId}
      // There is nothing to go back to.
      onCancel={(event) => event.preventDefault()}
    >
      <h1 id={titleId}>{isTicket ? m.linkEnded : m.ended}</h1>
      <p className={styles.hint}>{isTicket ? linkHint : m.endedHint(owner ?? '')}</p>
      {!isTicket && <TokenForm />}
    </dialog>
  );
}
