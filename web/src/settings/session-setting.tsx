import { useSyncExternalStore } from 'react';
import { Button } from '../controls/button.tsx';
import { useLanguage, useMessages } from '../messages/messages.tsx';
import { session } from '../session/session.ts';
import { useViewer } from '../session/viewer.tsx';
import { formatExact } from '../time/time.tsx';

/** Who is signed in, until when, and the way out. */
export function SessionSetting() {
  const { settings: m, session: words } = useMessages();
  const { language } = useLanguage();
  const { owner = '', role, expiresAt } = useViewer();
  const { token } = useSyncExternalStore(session.subscribe, session.get);
  if (token === undefined) return <p>{m.local(owner)}</p>;
  return (
    <>
      <p>
        {m.signedInAs(owner, m.roles[role])}{' '}
        {expiresAt !== null && m.until(formatExact(expiresAt, language))}
      </p>
      <Button onClick={session.signOut}>{words.signOut}</Button>
    </>
  );
}
