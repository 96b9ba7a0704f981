import type { Job } from 'fovea-jobs-client';
import { formatClock } from '../time/time.tsx';
import type { Messages } from './messages.tsx';
import { useLanguage, useMessages } from './messages.tsx';

/** A time as the server writes it in its sentences. */
const serverTime = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** What the server says in English, in the language of the console where that is known. */
export function useServerTexts() {
  const messages = useMessages();
  const { language } = useLanguage();
  return {
    stage: (text: string) => translateStage(text, messages.stages),
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

/** A stage with the numbers that are in it, in their order. */
export function translateStage(text: string, stages: Messages['stages']): string {
  const known = stages[text.replaceAll(/\d+/g, '#')];
  if (known === undefined) return text;
  const numbers = text.match(/\d+/g) ?? [];
  let next = 0;
  return known.replaceAll('#', () => numbers[next++] ?? '#');
}
