import { useEffect } from 'react';
import { Button } from '../controls/button.tsx';
import { useMessages } from '../messages/messages.tsx';
import { session } from './session.ts';
import styles from './sign-in.module.css';

/** The page of whoever opens the console while its server does not answer. Goes on by itself once the network is back. */
export function Unreachable() {
  const { session: m, controls } = useMessages();
  useEffect(() => {
    addEventListener('online', session.start);
    return () => removeEventListener('online', session.start);
  }, []);
  return (
    <main className={styles.page}>
      <section className={styles.card} role="alert">
        <span className={styles.brand}>fovea-jobs</span>
        <h1>{m.unreachable}</h1>
        <p className={styles.hint}>{m.unreachableHint}</p>
        <Button kind="primary" onClick={session.start}>
          {controls.retry}
        </Button>
      </section>
    </main>
  );
}
