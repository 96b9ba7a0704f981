import { useRef, useState } from 'react';
import { CreateJobTicket, RevokeJobTickets } from '../../api/generated/documents.ts';
import { toServerUrl } from '../../api/locations.ts';
import { useOperation } from '../../api/use-operation.ts';
import { Button } from '../../controls/button.tsx';
import { Dialog } from '../../controls/dialog.tsx';
import { useLanguage, useMessages } from '../../messages/messages.tsx';
import { formatClock } from '../../time/time.tsx';
import { formatRange } from '../header/ranges.ts';
import { ActionProblem } from './action-problem.tsx';
import styles from './actions.module.css';
import { CopyButton } from '../../controls/copy-button.tsx';
import { useAction } from './use-action.ts';

/** In seconds; an hour is the longest that a ticket holds. */
const durations = [600, 1_800, 3_600];

/** Makes a link by which anybody can watch a job, until it ends by itself or is ended. */
export function ShareDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { job: m } = useMessages();
  const { language } = useLanguage();
  const createTicket = useOperation(CreateJobTicket);
  const revokeTickets = useOperation(RevokeJobTickets);
  const [seconds, setSeconds] = useState(600);
  const [shared, setShared] = useState<{ url: string; expiresAt: string } | 'ended'>();
  const field = useRef<HTMLInputElement>(null);
  const create = useAction(async () => {
    const { createJobTicket: made } = await createTicket({ jobId: id, expiresInSeconds: seconds });
    if (made.__typename !== 'CreateJobTicketPayload') return made;
    const url = `${toServerUrl(`jobs/${id}`)}#ticket=${made.ticket}`;
    setShared({ url, expiresAt: made.expiresAt });
    return undefined;
  });
  const revoke = useAction(async () => {
    const { revokeJobTickets: outcome } = await revokeTickets({ jobId: id });
    if (outcome.__typename !== 'RevokeJobTicketsPayload') return outcome;
    setShared('ended');
    return undefined;
  });
  return (
    <Dialog title={m.shareTitle} onClose={onClose}>
      <div className={styles.form}>
        <p className={styles.soft}>{m.shareHint}</p>
        <fieldset className={styles.choices}>
          <legend>{m.holdsFor}</legend>
          {durations.map((duration) => (
            <label key={duration}>
              <input
                type="radio"
                name="duration"
                checked={seconds === duration}
                onChange={() => setSeconds(duration)}
              />{' '}
              {formatRange(duration * 1_000, duration * 1_000, language)}
            </label>
          ))}
        </fieldset>
        {typeof shared === 'object' && (
          <>
            <div className={styles.link}>
              <input
                ref={field}
                readOnly
                aria-label={m.link}
                value={shared.url}
                onFocus={() => field.current?.select()}
              />
              <CopyButton text={shared.url} />
            </div>
            <p role="status">{m.linkEnds(formatClock(shared.expiresAt, language))}</p>
          </>
        )}
        {shared === 'ended' && <p role="status">{m.linksEnded}</p>}
        <ActionProblem error={create.error ?? revoke.error} />
        <div className={styles.foot}>
          <Button kind="danger" disabled={revoke.isRunning} onClick={revoke.run}>
            {m.endLinks}
          </Button>
          <Button kind="primary" disabled={create.isRunning} onClick={create.run}>
            {m.makeLink}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
