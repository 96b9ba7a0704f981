import { useEffect, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { Loading } from '../controls/notice.tsx';
import { EndedDialog } from './ended-dialog.tsx';
import { session } from './session.ts';
import { SignIn } from './sign-in.tsx';
import { Unreachable } from './unreachable.tsx';
import { ViewerContext } from './viewer.tsx';

/** Shows the page to whoever is signed in, and the sign-in to others. When a session ends, the page stays, behind a dialog. */
export function SessionGate({ children }: { children: ReactNode }) {
  const { state, isTicket, identity } = useSyncExternalStore(session.subscribe, session.get);
  useEffect(() => session.start(), []);
  if (state === 'unreachable') return <Unreachable />;
  if (state === 'out') return <SignIn />;
  if (!identity && !isTicket) return <Loading />;
  return (
    <ViewerContext value={identity ?? { owner: undefined, role: 'TICKET', expiresAt: null }}>
      {children}
      {state === 'ended' && <EndedDialog />}
    </ViewerContext>
  );
}
