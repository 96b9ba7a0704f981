import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { Icon } from '../../controls/icon.tsx';
import { useMessages } from '../../messages/messages.tsx';
import styles from './form.module.css';
import type { Submission } from './use-submission.ts';

/** What is wrong with the whole of a form, and what can be done. */
export function Refusal({
  submission,
}: {
  submission: Pick<Submission<never>, 'issues' | 'refused'>;
}) {
  const { newJob: m } = useMessages();
  const { issues, refused } = submission;
  const isShown = issues.length > 0 || refused !== undefined;
  return (
    <div role="alert" className={styles.refusal} hidden={!isShown}>
      {isShown && (
        <>
          <Icon name="errors" />
          <div>
            <p>{issues.length > 0 ? m.refused(issues.length) : refused?.message}</p>
            {refused?.retryAfterMs !== undefined && (
              <RetryTime key={refused.count} ms={refused.retryAfterMs} />
            )}
            {refused?.existingJobId && (
              <Link href={`/jobs/${refused.existingJobId}`}>{m.openExisting}</Link>
            )}
          </div>
        </>
      )}
    </div>
  );
}

/** Counts down to when the server takes more. */
function RetryTime({ ms }: { ms: number }) {
  const { newJob: m } = useMessages();
  const [seconds, setSeconds] = useState(Math.ceil(ms / 1_000));
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => Math.max(0, before - 1)), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <p aria-live="off">{seconds > 0 ? m.tryAgainIn(seconds) : m.tryAgainNow}</p>;
}
