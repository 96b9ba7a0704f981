import type { Job } from 'fovea-jobs-client';
import { formatClock } from '../time/time.tsx';
import type { Messages } from './messages.tsx';
import { useLanguage, useMessages } from './messages.tsx';
import { translate } from './templates.ts';

/** A time as the server writes it in its sentences. */
const serverTime = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** What the server says in English, in the language of the console where that is known. */
export function useServerTexts() {
  const messages = useMessages();
  const { language } = useLanguage();
  return {
    stage: (text: string) => translate(text, messages.stages),
    /** Of the doctor: a check, what it has seen, or what to do. */
    finding: (text: string) => translate(text, messages.findings),
    waiting: (waiting: NonNullable<Job['waiting']>) => explain(waiting, messages, language),
  };
}

/** Why a job waits, with times in the time zone of the page. */
function explain(
  { reason, until, message }: NonNullable<Job['waiting']>,
  { job: m, jobs }: Messages,
  language: string,
): string {
  if (reason === 'PREDECESSOR') return m.waitsForStep;
  if (reason === 'DELAY' && until) return m.startsAt(formatClock(until, language));
  if (reason === 'RETRY' && until) return m.retriesAt(formatClock(until, language));
  if (language !== 'en') return jobs.reasons[reason];
  return message.replaceAll(serverTime, (time) => formatClock(time, language));
}
