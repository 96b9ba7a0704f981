import { dateFormat, relativeTimeFormat } from '../messages/formats.ts';
import { useLanguage } from '../messages/messages.tsx';
import { useNow } from './clock.ts';

const steps = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** How long ago something was, in words; never in the future. The exact time is its tooltip. */
export function Ago({ at }: { at: string }) {
  const { language } = useLanguage();
  const seconds = Math.max(0, Math.round((useNow() - Date.parse(at)) / 1_000));
  const [unit, size] = steps.find(([, step]) => seconds >= step) ?? steps[3];
  const words = relativeTimeFormat(language, { numeric: 'auto', style: 'narrow' });
  return (
    <time dateTime={at} title={formatExact(at, language)}>
      {words.format(-Math.floor(seconds / size), unit)}
    </time>
  );
}

/** A duration such as `1:04:09` or `0:42`; never negative. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours, minutes, rest] = parts as [number, number, number];
  const two = (part: number) => String(part).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Date and time to the second, in the zone of the browser. */
export function formatExact(at: string | number, language: string): string {
  return dateFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(at));
}

/** The time of day to the second, by 24 hours: as short as it can be. */
export function formatShortClock(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'medium', hourCycle: 'h23' }).format(at);
}

/** The time of day to the second, and of another day than today the date as well. */
export function formatClock(at: string | number, language: string): string {
  const time = new Date(at);
  const isToday = time.toDateString() === new Date().toDateString();
  const style = isToday ? {} : ({ dateStyle: 'medium' } as const);
  return dateFormat(language, { ...style, timeStyle: 'medium' }).format(time);
}
