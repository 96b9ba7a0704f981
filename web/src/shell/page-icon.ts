import type { Job } from 'fovea-jobs-client';

/** Of the tokens, dark enough for light tabs and light enough for dark ones. */
const colors: Partial<Record<Job['state'], string>> = {
  ACTIVE: '#5c7cfa',
  COMPLETED: '#2f9e5b',
  FAILED: '#e03e4d',
};
/** The icon follows in steps of so many percent: each is an image that the browser has to load. */
const step = 5;
const radius = 12;

const urls = new Map<string, string>();
let original: string | undefined;

function draw(state: Job['state'], percent: number): string {
  const color = colors[state] ?? '#8a91a3';
  const whole = 2 * Math.PI * radius;
  const part = state === 'ACTIVE' ? (whole * percent) / 100 : whole;
  const sign = { COMPLETED: 'M10 16.5 14.5 21 22.5 11.5', FAILED: 'M11 11 21 21M21 11 11 21' };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke-width="5" stroke="${color}" stroke-linecap="round">
    <circle cx="16" cy="16" r="${radius}" opacity=".25"/>
    <circle cx="16" cy="16" r="${radius}" stroke-dasharray="${part} ${whole}" transform="rotate(-90 16 16)"/>
    <path stroke-width="4" d="${sign[state as keyof typeof sign] ?? ''}"/></svg>`;
}

/** Shows in the tab how far a job is, by a ring; without a state, the console's own icon. */
export function showIcon(state: Job['state'] | undefined, percent: number): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]')!;
  original ??= link.href;
  if (state === undefined) {
    link.href = original;
    return;
  }
  const rounded = state === 'ACTIVE' ? Math.floor(percent / step) * step : 0;
  const key = `${state}:${rounded}`;
  const url =
    urls.get(key) ??
    URL.createObjectURL(new Blob([draw(state, rounded)], { type: 'image/svg+xml' }));
  urls.set(key, url);
  link.href = url;
}
