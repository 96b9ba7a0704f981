import { useState } from 'react';
import { Button } from '../controls/button.tsx';
import { Dialog } from '../controls/dialog.tsx';
import { Field, inputClass } from '../controls/field.tsx';
import { useMessages } from '../messages/messages.tsx';

/** Of the API. */
const maxReasonLength = 500;

/** Confirms that a queue is to be paused, and asks why. */
export function PauseDialog({
  name,
  onClose,
  onPause,
}: {
  name: string;
  onClose: () => void;
  /** The reason is null if none is given. */
  onPause: (reason: string | null) => void;
}) {
  const { queues: m } = useMessages();
  const [reason, setReason] = useState('');
  const pause = () => onPause(reason.trim() || null);
  return (
    <Dialog
      title={m.pauseTitle(name)}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{m.cancel}</Button>
          <Button kind="primary" onClick={pause}>
            {m.pause}
          </Button>
        </>
      }
    >
      <p>{m.pauseHint}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          pause();
        }}
      >
        <Field label={m.reason} note={m.optional} hint={m.reasonHint}>
          {(props) => (
            <input
              {...props}
              className={inputClass}
              maxLength={maxReasonLength}
              autoComplete="off"
              value={reason}
              onChange={({ target }) => setReason(target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
