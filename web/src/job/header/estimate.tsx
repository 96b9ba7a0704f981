import type { Job } from 'fovea-jobs-client';
import { numberFormat } from '../../messages/formats.ts';
import { useLanguage, useMessages } from '../../messages/messages.tsx';
import { useNow } from '../../time/clock.ts';
import { formatRange } from './ranges.ts';

/** When a job will start and end, as ranges, and how well such ranges have held. */
export function Estimate({ estimate }: { estimate: NonNullable<Job['estimate']> }) {
  const { job: m } = useMessages();
  const { language } = useLanguage();
  const now = useNow();
  const { startsAfter, startsBefore, completesAfter, completesBefore, coverage } = estimate;
  const say = (from: string, to: string) =>
    formatRange(Date.parse(from) - now, Date.parse(to) - now, language);
  const isLate = Date.parse(completesBefore) < now;
  return (
    <span>
      {startsAfter && startsBefore && Date.parse(startsBefore) > now && (
        <>{m.startsIn(say(startsAfter, startsBefore))} · </>
      )}
      {isLate ? m.takesLonger : m.completesIn(say(completesAfter, completesBefore))}
      {coverage !== null && (
        <small> {m.coverage(numberFormat(language, { style: 'percent' }).format(coverage))}</small>
      )}
    </span>
  );
}
