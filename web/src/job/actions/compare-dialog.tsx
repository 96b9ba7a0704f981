import type { Job } from 'fovea-jobs-client';
import { Link } from 'wouter';
import { OtherRuns } from '../../api/generated/documents.ts';
import { useQuery } from '../../api/use-query.ts';
import { Dialog } from '../../controls/dialog.tsx';
import { Empty, Loading, Problem } from '../../controls/notice.tsx';
import { StateBadge } from '../../controls/state-badge.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { Ago } from '../../time/time.tsx';
import type { Details } from '../use-job-page.ts';
import styles from './actions.module.css';

/** Chooses the run that a job is compared with: of the same type, on the same video. */
export function CompareDialog({
  job,
  details,
  onClose,
}: {
  job: Job;
  details: Details | undefined;
  onClose: () => void;
}) {
  const { job: m } = useMessages();
  const videoId = details?.subject.video?.id;
  const { data, error, refetch } = useQuery(OtherRuns, {
    filter: { types: [job.type], ...(videoId !== undefined && { videoId }) },
  });
  const others = data?.jobs.edges.map(({ node }) => node).filter(({ id }) => id !== job.id);
  return (
    <Dialog title={m.compare} onClose={onClose}>
      <div className={styles.form}>
        {error && <Problem error={error} onRetry={refetch} />}
        {!error && !others && <Loading />}
        {others?.length === 0 && <Empty title={m.noOtherRuns} />}
        <ul className={styles.runs}>
          {others?.map((other) => (
            <li key={other.id}>
              <Link href={`/compare/${other.id}/${job.id}`}>
                <StateBadge state={other.state} />
                <span>{other.subject.title}</span>
                {other.subject.persona && <small>{m.forPersona(other.subject.persona.name)}</small>}
                <small>
                  <Ago at={other.createdAt} />
                </small>
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
