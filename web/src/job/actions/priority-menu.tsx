import type { Job } from 'fovea-jobs-client';
import { SetJobPriority } from '../../api/generated/documents.ts';
import { useOperation } from '../../api/use-operation.ts';
import { useMessages } from '../../messages/messages.tsx';
import { useViewer } from '../../session/viewer.tsx';
import type { Details } from '../use-job-page.ts';
import { ActionProblem } from './action-problem.tsx';
import styles from './actions.module.css';
import { useAction } from './use-action.ts';
import { useRef } from 'react';

const priorities = ['HIGH', 'NORMAL', 'LOW'] as const;

/** Changes the place of a job that waits. */
export function PriorityMenu({ job, priority }: { job: Job; priority: Details['priority'] }) {
  const { job: m } = useMessages();
  const { role } = useViewer();
  const setPriority = useOperation(SetJobPriority);
  const chosen = useRef(priority);
  const change = useAction(
    async () => (await setPriority({ id: job.id, priority: chosen.current })).setJobPriority,
  );
  if (job.state !== 'QUEUED' && job.state !== 'DELAYED') return null;
  // HIGH is for operators.
  const offered = priorities.filter(
    (it) => it !== 'HIGH' || role === 'OPERATOR' || it === priority,
  );
  return (
    <>
      <select
        className={styles.priority}
        aria-label={m.priority}
        value={priority}
        disabled={change.isRunning}
        onChange={({ target }) => {
          chosen.current = target.value as typeof priority;
          change.run();
        }}
      >
        {offered.map((it) => (
          <option key={it} value={it}>
            {m.withPriority[it]}
          </option>
        ))}
      </select>
      <ActionProblem error={change.error} />
    </>
  );
}
