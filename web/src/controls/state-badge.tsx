import type { Job } from 'fovea-jobs-client';
import { useMessages } from '../messages/messages.tsx';
import styles from './state-badge.module.css';

/** A job's state, by its word, its shape and its color. */
export function StateBadge({ state }: { state: Job['state'] }) {
  const { controls: m } = useMessages();
  return (
    <span className={styles.badge} data-state={state}>
      <i aria-hidden="true" />
      {m.states[state]}
    </span>
  );
}
