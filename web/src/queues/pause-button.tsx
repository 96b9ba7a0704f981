import type { Queue } from 'fovea-jobs-client';
import { useState } from 'react';
import { PauseQueue, ResumeQueue } from '../api/generated/documents.ts';
import { useOperation } from '../api/use-operation.ts';
import { Button } from '../controls/button.tsx';
import { Icon } from '../controls/icon.tsx';
import { useMessages } from '../messages/messages.tsx';
import { PauseDialog } from './pause-dialog.tsx';
import styles from './queues.module.css';

/** Pauses a queue once somebody has confirmed it, or resumes it. */
export function PauseButton({ queue: { type, paused }, name }: { queue: Queue; name: string }) {
  const { queues: m } = useMessages();
  const pause = useOperation(PauseQueue);
  const resume = useOperation(ResumeQueue);
  const [isAsking, setIsAsking] = useState(false);
  /** What was asked for, until the queue is pushed as that. */
  const [wanted, setWanted] = useState<boolean>();
  const [error, setError] = useState<Error>();
  const isBusy = wanted !== undefined && wanted !== paused;

  async function change(run: () => Promise<unknown>, toPaused: boolean): Promise<void> {
    setIsAsking(false);
    setWanted(toPaused);
    setError(undefined);
    try {
      await run();
    } catch (error_) {
      setWanted(undefined);
      setError(error_ as Error);
    }
  }
  return (
    <>
      <Button
        aria-label={`${paused ? m.resume : m.pause}: ${name}`}
        disabled={isBusy}
        onClick={() => (paused ? void change(() => resume({ type }), false) : setIsAsking(true))}
      >
        <Icon name={paused ? 'play' : 'pause'} />
        {paused ? m.resume : m.pause}
      </Button>
      {error && (
        <p role="alert" className={styles.problem}>
          {error.message}
        </p>
      )}
      {isAsking && (
        <PauseDialog
          name={name}
          onClose={() => setIsAsking(false)}
          onPause={(reason) => void change(() => pause({ type, reason }), true)}
        />
      )}
    </>
  );
}
