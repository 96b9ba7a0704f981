/** Lines on a grid of 16. */
const paths = {
  jobs: 'M2 4h12M2 8h12M2 12h7',
  add: 'M8 3v10M3 8h10',
  queues: 'M2 13V9M6 13V5M10 13V7M14 13V3',
  errors: 'M8 2 15 14H1ZM8 6.5v3.5M8 12v.2',
  settings: 'M2 5h6M12 5h2M2 11h2M8 11h6M10 3v4M6 9v4',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.5 10.5 14 14',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  back: 'M10 3 5 8l5 5',
  next: 'M6 3l5 5-5 5',
  check: 'M3 8.5 6.5 12 13 4.5',
  copy: 'M5.5 5.5h8v8h-8ZM3 10.5h-.5v-8h8V3',
  more: 'M3 8h.1M8 8h.1M13 8h.1',
  retry: 'M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3',
  cancel: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M5.5 5.5l5 5',
  share: 'M6.5 9.5 13 3M9 3h4v4M11 9v4H3V5h4',
  pause: 'M5.5 3v10M10.5 3v10',
  play: 'M5 3l8 5-8 5Z',
  download: 'M8 2v8M4.5 7 8 10.5 11.5 7M3 13.5h10',
  sound: 'M2.5 6.5v3h2L8 12.5v-9L4.5 6.5ZM10.5 6a3 3 0 0 1 0 4M12.5 4a6 6 0 0 1 0 8',
  muted: 'M2.5 6.5v3h2L8 12.5v-9L4.5 6.5ZM11 6.5l3 3M14 6.5l-3 3',
  full: 'M2.5 6v-3.5h3.5M10 2.5h3.5v3.5M13.5 10v3.5h-3.5M6 13.5h-3.5v-3.5',
} as const;

export type IconName = keyof typeof paths;

/** A sign beside a word. Alone it needs a name on the button around it. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
