import { useMessages } from '../messages/messages.tsx';
import { Ago } from '../time/time.tsx';
import type { QueueDetails } from './assess.ts';
import styles from './queues.module.css';

/** The processes that run the jobs of a queue. */
export function Workers({ workers }: { workers: NonNullable<QueueDetails['workersDetail']> }) {
  const { queues: m } = useMessages();
  return (
    <details className={styles.workers}>
      <summary>{m.workers(workers.length)}</summary>
      {workers.length > 0 && (
        <div className={styles.scroll}>
          <table>
            <thead>
              <tr>
                <th scope="col">{m.worker}</th>
                <th scope="col">{m.host}</th>
                <th scope="col">{m.places}</th>
                <th scope="col">{m.since}</th>
              </tr>
            </thead>
            <tbody>
              {workers.map(({ name, host, busy, concurrency, since }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{host}</td>
                  <td>{`${busy} / ${concurrency}`}</td>
                  <td>
                    <Ago at={since} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
