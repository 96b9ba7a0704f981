import { useClient } from 'fovea-jobs-client/react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../controls/button.tsx';
import { Dialog } from '../../controls/dialog.tsx';
import { Loading, Problem } from '../../controls/notice.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { BulkPreview, BulkReport } from './bulk-report.tsx';
import type { Outcome } from './bulk-report.tsx';
import { runBulk } from './run-bulk.ts';
import type { BulkKind, BulkProgress } from './run-bulk.ts';
import { toIdPages, useBulkCounts } from './target.ts';
import type { BulkTarget } from './target.ts';

export interface Bulk {
  kind: BulkKind;
  target: BulkTarget;
}

/** Says what an action will do before it is done, how far it is, and what it has left as it was. */
export function BulkDialog({
  bulk: { kind, target },
  onClose,
}: {
  bulk: Bulk;
  onClose: (isDone: boolean) => void;
}) {
  const { jobs: m } = useMessages();
  const client = useClient();
  const [outcome, setOutcome] = useState<Outcome>();
  const controller = useRef<AbortController>(undefined);
  useEffect(() => () => controller.current?.abort(), []);
  const { counts, error } = useBulkCounts(kind, target);
  const isRunning = outcome !== undefined && !outcome.isOver;

  async function run() {
    const { signal } = (controller.current = new AbortController());
    let latest: BulkProgress = { asked: 0, changed: 0 };
    const show = (change: Partial<Outcome>) =>
      setOutcome({ ...latest, isOver: false, wasStopped: false, ...change });
    const onProgress = (progress: BulkProgress) => {
      latest = progress;
      show({});
    };
    show({});
    try {
      const pages = toIdPages(client, kind, target, signal);
      await runBulk(client, kind, pages, { signal, onProgress });
      show({ isOver: true, wasStopped: signal.aborted });
    } catch (error_) {
      show({ isOver: true, error: error_ as Error });
    }
  }

  function renderActions() {
    if (isRunning) return <Button onClick={() => controller.current?.abort()}>{m.stop}</Button>;
    if (outcome) {
      return (
        <Button kind="primary" onClick={() => onClose(true)}>
          {m.done}
        </Button>
      );
    }
    return (
      <>
        <Button onClick={() => onClose(false)}>{m.keep}</Button>
        {counts && counts.concerned > 0 && (
          <Button kind={kind === 'cancel' ? 'danger' : 'primary'} onClick={() => void run()}>
            {kind === 'cancel' ? m.cancelNow : m.retryNow}
          </Button>
        )}
      </>
    );
  }

  return (
    <Dialog
      title={kind === 'cancel' ? m.cancelTitle : m.retryTitle}
      onClose={() => !isRunning && onClose(outcome !== undefined)}
      actions={renderActions()}
    >
      {error && <Problem error={error} />}
      {!outcome && !error && !counts && <Loading />}
      {!outcome && counts && <BulkPreview kind={kind} counts={counts} />}
      {outcome && <BulkReport kind={kind} outcome={outcome} count={counts?.concerned ?? 0} />}
    </Dialog>
  );
}
