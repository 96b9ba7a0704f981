import { useMessages } from '../../messages/messages.tsx';
import type { Details } from '../use-job-page.ts';
import styles from './failure.module.css';

/** Why a job failed, and what to do about it. */
export function Failure({
  error,
  isFinal,
}: {
  error: NonNullable<Details['error']>;
  isFinal: boolean;
}) {
  const { job: m } = useMessages();
  return (
    <section className={styles.failure} aria-label={m.whyItFailed} data-final={isFinal}>
      <h3>
        <code>{error.code}</code>
        {!isFinal && <span>{m.inAttempt(error.attempt)}</span>}
      </h3>
      <p className={styles.message} dir="auto">
        {error.message}
      </p>
      <p className={styles.advice}>{isFinal ? m.advice[error.code] : m.triedAgain}</p>
    </section>
  );
}
