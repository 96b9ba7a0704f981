import type { JobRow } from '../../jobs/rows/row.ts';
import type { JobPlace, WaitingCircumstances, WaitingReason } from '../../jobs/waiting.ts';

/** A sentence for people on why a job waits whose own row says it. It stays true when it is read later. */
export function explainOwnReason(
  reason: 'PREDECESSOR' | 'RETRY' | 'DELAY',
  { error, nextAttemptAt }: Pick<JobRow, 'error' | 'nextAttemptAt'>,
  predecessor: Pick<JobRow, 'id' | 'type'> | undefined,
): string {
  if (reason === 'PREDECESSOR') {
    const which = predecessor ? `, ${predecessor.type} ${predecessor.id},` : '';
    return `It starts after the job before it in its pipeline${which} has completed.`;
  }
  const time = nextAttemptAt ? `at ${toTime(nextAttemptAt)} at the earliest` : 'later';
  if (reason === 'DELAY') return `It starts ${time}.`;
  return `Attempt ${error!.attempt} failed with ${error!.code}. The next starts ${time}.`;
}

/** A sentence for people on why a job waits in its queue. */
export function explainQueueReason(
  reason: WaitingReason,
  { hold, isOwnerFull, place, perOwner }: WaitingCircumstances & { perOwner: number | null },
): string {
  if (reason === 'QUEUE_UNAVAILABLE')
    return 'The broker that keeps the queue does not answer. The job is kept, and starts when it is back.';
  if (reason === 'QUEUE_PAUSED') return explainPause(hold);
  if (reason === 'NO_WORKER')
    return 'No worker takes the jobs of this queue. It starts when there is one.';
  if (reason === 'RATE_LIMIT')
    return `The queue lets ${countJobs(hold.ratePerMinute!)} start in a minute, and has done so. The next starts at ${toTime(hold.limitedUntil!)} at the earliest.`;
  if (isOwnerFull)
    return `Its owner has as many jobs in the queue as one owner may have at once: ${perOwner}. It waits until one of them has ended.`;
  if (reason === 'OWNER_SHARE')
    return `Its owner has had more of the queue’s time than others, so ${countJobs(place!.position - 1)} of other owners go before it, later ones among them.`;
  return explainPlace(place);
}

function explainPause({ pausedAt, pauseReason }: WaitingCircumstances['hold']): string {
  const why = pauseReason === null ? '' : `: ${pauseReason.replace(/\.$/, '')}`;
  return `The queue has been paused since ${toTime(pausedAt!, Math.floor)}${why}. An operator can resume it.`;
}

function explainPlace(place: JobPlace | undefined): string {
  if (!place) return 'It waits for its turn.';
  const { position, own } = place;
  if (position === 1) return 'It is next: it starts as soon as a worker is free.';
  const others = position - 1 - own;
  const parts = [
    ...(own > 0 ? [`${countJobs(own)} of its owner`] : []),
    ...(others > 0 ? [`${countJobs(others)} of other owners`] : []),
  ];
  return `Place ${position}: ${parts.join(' and ')} ${position === 2 ? 'goes' : 'go'} before it.`;
}

function countJobs(count: number): string {
  return count === 1 ? '1 job' : `${count} jobs`;
}

/** To the second: what is said to end then has ended, unless it is rounded down. */
function toTime(time: Date, round: (seconds: number) => number = Math.ceil): string {
  return new Date(round(time.getTime() / 1_000) * 1_000).toISOString().replace('.000', '');
}
