import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { useWire } from 'fovea-jobs-client/react';
import { Link } from 'wouter';
import { useMessages } from '../messages/messages.tsx';
import { Button } from './button.tsx';
import styles from './notice.module.css';

/** What a screen or a panel shows while it waits for its first answer. */
export function Loading() {
  const { controls: m } = useMessages();
  return (
    <div className={styles.loading} role="status">
      <span className="visually-hidden">{m.loading}</span>
      <i />
      <i />
      <i />
    </div>
  );
}

/** What a screen shows instead of nothing: what belongs here, and how to get it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** What the client says when there is no answer of the server's. */
const noAnswer = new Set(['lost', 'unsupported', 'unauthorized']);

function hasAnswer(error: Error): boolean {
  return !(error instanceof TypeError) && !noAnswer.has(error.message);
}

/** Calls this when the connection is back. */
function useReturn(onReturn: (() => void) | undefined): void {
  const { state } = useWire();
  const before = useRef(state);
  useEffect(() => {
    if (before.current !== 'live' && state === 'live') onReturn?.();
    before.current = state;
  }, [state, onReturn]);
}

/** What went wrong, and what can be done. What was not reached is asked for again once the connection is back. */
export function Problem({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const { controls: m } = useMessages();
  useReturn(hasAnswer(error) ? undefined : onRetry);
  return (
    <div className={styles.problem} role="alert">
      <p>{hasAnswer(error) ? error.message : m.unreachable}</p>
      {onRetry && <Button onClick={onRetry}>{m.retry}</Button>}
    </div>
  );
}

/** Where there is nothing: what is not there, and where one can go. */
export function Nothing({ title, hint }: { title: string; hint?: string }) {
  const { controls: m } = useMessages();
  return (
    <div className={styles.empty}>
      <h1>{title}</h1>
      <p>{hint ?? m.nothingHint}</p>
      <Link href="/">{m.toJobs}</Link>
    </div>
  );
}

export function NotFound() {
  const { controls: m } = useMessages();
  return <Nothing title={m.notFound} hint={m.notFoundHint} />;
}
