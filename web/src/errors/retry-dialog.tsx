import { RetryPreview } from '../api/generated/documents.ts';
import { useQuery } from '../api/use-query.ts';
import { Button } from '../controls/button.tsx';
import { Dialog } from '../controls/dialog.tsx';
import { Loading, Problem } from '../controls/notice.tsx';
import { ProgressBar } from '../controls/progress-bar.tsx';
import { useMessages } from '../messages/messages.tsx';
import styles from './errors.module.css';
import { useRetryAll } from './use-retry-all.ts';

/** Says what a retry of these jobs would do, does it, and says what it did. */
export function RetryDialog({ ids, onClose }: { ids: readonly string[]; onClose: () => void }) {
  const { errors: m, controls } = useMessages();
  const { data, error } = useQuery(RetryPreview, { filter: { ids, states: ['FAILED'] } });
  const { retry, progress, isRunning, isOver, error: failure } = useRetryAll(ids);
  const failed = data?.jobCounts.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const moved = ids.length - failed;
  const asked = !isRunning && !isOver && failure === undefined;
  return (
    <Dialog
      title={m.retryTitle}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{isOver ? m.close : m.cancel}</Button>
          {!isOver && (
            <Button kind="primary" disabled={!data || failed === 0 || isRunning} onClick={retry}>
              {failure ? controls.retry : m.retry(failed)}
            </Button>
          )}
        </>
      }
    >
      {error && <Problem error={error} />}
      {!data && !error && <Loading />}
      <div className={styles.outcome} role="status">
        {data && asked && (
          <>
            <p>{m.preview(failed)}</p>
            {moved > 0 && <p>{m.moved(moved)}</p>}
            <p className={styles.note}>{m.retryHint}</p>
          </>
        )}
        {(isRunning || isOver || failure) && (
          <>
            <ProgressBar percent={progress.percent} label={m.retrying} />
            <p>{m.retried(progress.changed)}</p>
            {progress.unchanged > 0 && <p>{m.unchanged(progress.unchanged)}</p>}
          </>
        )}
      </div>
      {failure && <Problem error={failure} />}
    </Dialog>
  );
}
