import styles from './actions.module.css';

/** Why an action did nothing. */
export function ActionProblem({ error }: { error: Error | undefined }) {
  return (
    <p className={styles.problem} role="alert">
      {error?.message}
    </p>
  );
}
