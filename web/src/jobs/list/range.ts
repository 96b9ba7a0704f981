import { numberFormat } from '../../messages/formats.ts';
const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** Two times as a range from now, such as `2–4 min`; undefined once both have passed. */
export function formatRange(
  from: string,
  to: string,
  now: number,
  language: string,
): string | undefined {
  const longest = Date.parse(to) - now;
  if (longest <= 0) return undefined;
  const shortest = Math.max(0, Date.parse(from) - now);
  // Two minutes or more are told in minutes, and so on.
  const [unit, size] = units.find(([, ms]) => longest >= 2 * ms) ?? units[3];
  const format = numberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: 0,
  });
  return format.formatRange(Math.floor(shortest / size), Math.ceil(longest / size));
}
