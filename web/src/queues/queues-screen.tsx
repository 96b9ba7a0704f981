import { useQueues } from 'fovea-jobs-client/react';
import { QueueDetails } from '../api/generated/documents.ts';
import { useQuery } from '../api/use-query.ts';
import { useRefetch } from '../api/use-refetch.ts';
import { Loading, NotFound, Problem } from '../controls/notice.tsx';
import { Screen } from '../controls/screen.tsx';
import { useMessages } from '../messages/messages.tsx';
import { useViewer } from '../session/viewer.tsx';
import { assess } from './assess.ts';
import { Findings } from './findings.tsx';
import { Installation } from './installation.tsx';
import { QueueCard } from './queue-card.tsx';
import styles from './queues.module.css';

/** What each queue does and has done, what is wrong, and the means to stop and start it. For operators. */
export function QueuesScreen() {
  return useViewer().role === 'OPERATOR' ? <Queues /> : <NotFound />;
}

function Queues() {
  const { shell: m } = useMessages();
  const queues = useQueues();
  const { data, error, refetch } = useQuery(QueueDetails, {});
  useRefetch(queues, refetch);
  const shown = (queues ?? []).map((queue) => {
    const details = data?.queues.find(({ type }) => type === queue.type);
    return { queue, details, found: assess(queue, details) };
  });
  return (
    <Screen title={m.queues}>
      {error && <Problem error={error} onRetry={refetch} />}
      {!queues && !error && <Loading />}
      {queues && <Findings queues={shown} />}
      <Installation />
      <ul className={styles.cards}>
        {shown.map(({ queue, details, found }) => (
          <li key={queue.type}>
            <QueueCard queue={queue} details={details} found={found} />
          </li>
        ))}
      </ul>
    </Screen>
  );
}
