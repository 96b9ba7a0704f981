import type { ReactNode } from 'react';
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

/** What went wrong, and what can be done. */
export function Problem({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const { controls: m } = useMessages();
  return (
    <div className={styles.problem} role="alert">
      <p>{hasAnswer(error) ? error.message : m.unreachable}</p>
      {onRetry && <Button onClick={onRetry}>{m.retry}</Button>}
    </div>
  );
}

/** Where there is nothing: what is not there, and where one can go. */
export function Nothing({ title }: { title: string }) {
  const { controls: m } = useMessages();
  return (
    <div className={styles.empty}>
      <h1>{title}</h1>
      <Link href="/">{m.toJobs}</Link>
    </div>
  );
}

export function NotFound() {
  return <Nothing title={useMessages().controls.notFound} />;
}
