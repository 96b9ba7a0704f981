import { useEffect } from 'react';
import { useClient, useJob } from 'fovea-jobs-client/react';
import { Link } from 'wouter';
import { Icon } from '../../controls/icon.tsx';
import { StateBadge } from '../../controls/state-badge.tsx';
import { useMessages } from '../../messages/messages.tsx';
import type { Details } from '../use-job-page.ts';
import styles from './pipeline.module.css';

type Step = NonNullable<Details['pipeline']>['jobs'][number];

function PipelineStep({ step, isHere }: { step: Step; isHere: boolean }) {
  const { controls: m } = useMessages();
  const source = useClient().sources.job(step.id);
  const live = useJob(step.id, (job) => job && { state: job.state, version: job.version });
  const isBehind = live !== undefined && live.version < step.version;
  // What had ended was retried with the step before it.
  useEffect(() => {
    if (isBehind) source.refresh();
  }, [source, isBehind]);
  const { state } = isBehind || !live ? step : live;
  return (
    <li className={styles.step}>
      <Link href={`/jobs/${step.id}`} aria-current={isHere ? 'step' : undefined}>
        {m.types[step.type]}
      </Link>
      <StateBadge state={state} />
      <Icon name="next" size={12} />
    </li>
  );
}

/** The steps of the pipeline that a job is part of, with the state of each. */
export function Pipeline({ steps, id }: { steps: readonly Step[]; id: string }) {
  const { job: m } = useMessages();
  return (
    <nav aria-label={m.pipeline}>
      <ol className={styles.pipeline}>
        {steps.map((step) => (
          <PipelineStep key={step.id} step={step} isHere={step.id === id} />
        ))}
      </ol>
    </nav>
  );
}
