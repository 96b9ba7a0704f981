import { Link } from 'wouter';
import { Button } from '../controls/button.tsx';
import { Icon } from '../controls/icon.tsx';
import { Loading, Problem } from '../controls/notice.tsx';
import { useMessages } from '../messages/messages.tsx';
import { JobActions } from './actions/job-actions.tsx';
import { JobHeader } from './header/job-header.tsx';
import styles from './job-panel.module.css';
import { useJobPage } from './use-job-page.ts';

/** A job beside the list: what it is, how far, and what one can do. */
export function JobPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { controls, job: m } = useMessages();
  const { job, details, error } = useJobPage(id);
  return (
    <aside className={styles.panel} aria-label={m.panel}>
      <div className={styles.bar}>
        <Link href={`/jobs/${id}`}>{m.openPage}</Link>
        <Button kind="quiet" aria-label={controls.close} onClick={onClose}>
          <Icon name="close" />
        </Button>
      </div>
      {error && !job && <Problem error={error} />}
      {!error && !job && <Loading />}
      {job && (
        <JobHeader
          job={job}
          details={details}
          level={2}
          actions={<JobActions job={job} details={details} />}
        />
      )}
    </aside>
  );
}
