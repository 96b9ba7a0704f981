import { useMessages } from '../messages/messages.tsx';
import styles from './sign-in.module.css';
import { TokenForm } from './token-form.tsx';

/** The page of whoever is not signed in. */
export function SignIn() {
  const { session: m } = useMessages();
  return (
    <main className={styles.page}>
      <section className={styles.card}>
        <span className={styles.brand}>fovea-jobs</span>
        <h1>{m.title}</h1>
        <p className={styles.hint}>{m.hint}</p>
        <TokenForm />
      </section>
    </main>
  );
}
