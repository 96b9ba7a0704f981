import { Button } from '../../controls/button.tsx';
import { Icon } from '../../controls/icon.tsx';
import { useMessages } from '../../messages/messages.tsx';
import type { JobRow } from '../engine/rows.ts';
import styles from './bulk-bar.module.css';
import { bulkStates } from './run-bulk.ts';
import type { BulkKind } from './run-bulk.ts';

/** What one can do with the jobs that are selected. */
export function BulkBar({
  jobs,
  onBulk,
  onClear,
}: {
  jobs: readonly JobRow[];
  onBulk: (kind: BulkKind) => void;
  onClear: () => void;
}) {
  const { jobs: m } = useMessages();
  const has = (kind: BulkKind) => jobs.some(({ state }) => bulkStates[kind].includes(state));
  return (
    <div className={styles.bar} role="toolbar" aria-label={m.bulk}>
      <span className={styles.count} role="status">
        {m.selected(jobs.length)}
      </span>
      {has('retry') && <Button onClick={() => onBulk('retry')}>{m.retrySelected}</Button>}
      {has('cancel') && (
        <Button kind="danger" onClick={() => onBulk('cancel')}>
          {m.cancelSelected}
        </Button>
      )}
      <Button kind="quiet" aria-label={m.clearSelection} onClick={onClear}>
        <Icon name="close" />
      </Button>
    </div>
  );
}
