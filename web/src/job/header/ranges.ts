import { formatDuration } from '../../time/time.tsx';
import { numberFormat } from '../../messages/formats.ts';

const units = [
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** A range of durations such as `2–4 min`, in the unit of its end; only its end if it begins at once. */
export function formatRange(fromMs: number, toMs: number, language: string): string {
  // Two of a unit say more than one: 90 seconds are not "1–2 min".
  const [unit, size] = units.find(([, ms]) => toMs >= 2 * ms) ?? units[2];
  const format = numberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: 0,
  });
  const from = Math.max(0, Math.floor(fromMs / size));
  const to = Math.max(1, Math.ceil(toMs / size));
  return from > 0 && from < to ? format.formatRange(from, to) : format.format(to);
}

/** A duration such as `120 ms`, `2.6 sec` or `4:09`; never negative. */
export function formatSpan(ms: number, language: string): string {
  const span = Math.max(0, ms);
  if (span >= 60_000) return formatDuration(span);
  const isShort = span < 1_000;
  return numberFormat(language, {
    style: 'unit',
    unit: isShort ? 'millisecond' : 'second',
    unitDisplay: 'short',
    maximumFractionDigits: isShort ? 0 : 1,
  }).format(isShort ? Math.round(span) : span / 1_000);
}
