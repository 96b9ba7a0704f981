export const errors = {
  none: 'No failed jobs',
  noneHint: 'What fails for good is grouped here by its cause, and can be retried together.',
  noneSo: 'No failed jobs match.',
  all: 'All types',
  type: 'Type',
  window: 'Accepted',
  windows: {
    all: 'Accepted at any time',
    hour: 'Accepted in the last hour',
    day: 'Accepted in the last 24 hours',
    week: 'Accepted in the last 7 days',
  },
  jobs: (count: number) => (count === 1 ? '1 job' : `${count} jobs`),
  last: 'last',
  bars: (span: string) => `The bars show the ${span}.`,
  history: (message: string) => `When it happened: ${message}`,
  spans: { hour: 'last hour', day: 'last 24 hours', week: 'last 7 days', month: 'last 30 days' },
  newest: 'Latest failures',
  share: 'Share of all failures',
  open: 'Show these jobs',
  retry: (count: number) => (count === 1 ? 'Retry it' : `Retry all ${count}`),
  retryTitle: 'Retry these jobs?',
  preview: (count: number) =>
    count === 1 ? '1 job will be started again.' : `${count} jobs will be started again.`,
  moved: (count: number) =>
    count === 1
      ? '1 is no longer failed, and stays as it is.'
      : `${count} are no longer failed, and stay as they are.`,
  retryHint:
    'Each is the same job, with new attempts. What fails of the same cause will fail again: is that mended?',
  cancel: 'Cancel',
  close: 'Close',
  retrying: 'Retrying',
  retried: (count: number) =>
    count === 1 ? '1 job was started again.' : `${count} jobs were started again.`,
  unchanged: (count: number) =>
    count === 1 ? '1 had changed in the meantime.' : `${count} had changed in the meantime.`,
  newestOf: (count: number) => `Of the newest ${count} failures.`,
};
