import { useState } from 'react';
import type { Job } from 'fovea-jobs-client';
import { useClient } from 'fovea-jobs-client/react';
import { useLocation } from 'wouter';
import { Button } from '../../controls/button.tsx';
import { Icon } from '../../controls/icon.tsx';
import { Menu } from '../../controls/menu.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { useViewer } from '../../session/viewer.tsx';
import { useShortcut } from '../../shell/shortcuts.ts';
import type { Details } from '../use-job-page.ts';
import { ActionProblem } from './action-problem.tsx';
import { CompareDialog } from './compare-dialog.tsx';
import { CopyDialog } from './copy-dialog.tsx';
import { PriorityMenu } from './priority-menu.tsx';
import { ShareDialog } from './share-dialog.tsx';
import { useAction } from './use-action.ts';

type Opened = 'share' | 'compare' | 'copy';

/** What one can do with a job in its state. The holder of a ticket can do nothing. */
export function JobActions({ job, details }: { job: Job; details: Details | undefined }) {
  const { role } = useViewer();
  return role === 'TICKET' ? null : <OwnActions job={job} details={details} />;
}

function OwnActions({ job, details }: { job: Job; details: Details | undefined }) {
  const { job: m } = useMessages();
  const client = useClient();
  const [, navigate] = useLocation();
  const [opened, setOpened] = useState<Opened>();
  const cancel = useAction(() => client.cancel(job.id));
  const retry = useAction(() => client.retry(job.id));
  const canCancel = job.cancelable && job.cancelRequestedAt === null;
  const runAgain = () => navigate(`/new?from=${job.id}`);
  useShortcut('c', m.cancel, () => canCancel && cancel.run());
  useShortcut('r', m.retry, () => job.retryable && retry.run());
  useShortcut('n', m.runAgain, runAgain);
  useShortcut('s', m.share, () => setOpened('share'));
  const close = () => setOpened(undefined);
  return (
    <>
      {job.retryable && (
        <Button kind="primary" disabled={retry.isRunning} onClick={retry.run}>
          <Icon name="retry" />
          {m.retry}
        </Button>
      )}
      {job.cancelable && (
        <Button kind="danger" disabled={!canCancel || cancel.isRunning} onClick={cancel.run}>
          <Icon name="cancel" />
          {canCancel ? m.cancel : m.canceling}
        </Button>
      )}
      {details && <PriorityMenu job={job} priority={details.priority} />}
      <Button onClick={runAgain}>{m.runAgain}</Button>
      <Button onClick={() => setOpened('share')}>
        <Icon name="share" />
        {m.share}
      </Button>
      <Menu
        label={m.more}
        items={[
          { label: m.compare, run: () => setOpened('compare') },
          { label: m.copyAs, run: () => setOpened('copy') },
        ]}
      >
        <Icon name="more" />
      </Menu>
      <ActionProblem error={cancel.error ?? retry.error} />
      {opened === 'share' && <ShareDialog id={job.id} onClose={close} />}
      {opened === 'compare' && <CompareDialog job={job} details={details} onClose={close} />}
      {opened === 'copy' && <CopyDialog id={job.id} onClose={close} />}
    </>
  );
}
