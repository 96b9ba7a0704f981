import { useBatch } from 'fovea-jobs-client/react';
import { useMemo, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { Button } from '../controls/button.tsx';
import { Empty, Loading, Nothing, Problem } from '../controls/notice.tsx';
import { Screen } from '../controls/screen.tsx';
import type { Bulk } from '../jobs/bulk/bulk-dialog.tsx';
import { useJobList } from '../jobs/engine/use-job-list.ts';
import { JobListView } from '../jobs/job-list-view.tsx';
import { useMessages } from '../messages/messages.tsx';
import { BatchHead } from './batch-head.tsx';

/** Jobs that were started by one call, as one: how far all of them are, and each. */
export function BatchScreen() {
  const { id } = useParams<{ id: string }>();
  const { jobs: m } = useMessages();
  const { batch, error } = useBatch(id);
  if (error?.code === 'NOT_FOUND') return <Nothing title={m.batchNotFound} />;
  if (error) return <Problem error={error} />;
  if (!batch) return <Loading />;
  return <BatchOf key={id} batch={batch} />;
}

function BatchOf({ batch }: { batch: NonNullable<ReturnType<typeof useBatch>['batch']> }) {
  const { jobs: m } = useMessages();
  const [, navigate] = useLocation();
  const [bulk, setBulk] = useState<Bulk>();
  const { id, name, counts } = batch;
  const filter = useMemo(() => ({ batchId: id }), [id]);
  const { list, view } = useJobList(filter);
  const hasFailed = counts.some(({ state }) => state === 'FAILED');
  return (
    <Screen
      title={name ? m.batchNamed(name) : m.batch}
      actions={
        <>
          {hasFailed && (
            <Button onClick={() => setBulk({ kind: 'retry', target: { filter } })}>
              {m.retryBatch}
            </Button>
          )}
          {batch.state === 'RUNNING' && (
            <Button kind="danger" onClick={() => setBulk({ kind: 'cancel', target: { filter } })}>
              {m.cancelBatch}
            </Button>
          )}
        </>
      }
    >
      <BatchHead batch={batch} />
      <JobListView
        list={list}
        view={view}
        empty={<Empty title={m.noMatchTitle} />}
        bulk={bulk}
        onBulk={setBulk}
        findLike={({ subject }) => navigate(`/?text=${encodeURIComponent(subject.title)}`)}
      />
    </Screen>
  );
}
