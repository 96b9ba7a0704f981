export const queues = {
  waiting: 'waiting',
  running: 'running',
  delayed: 'delayed',
  perMinute: 'done a minute',
  oldest: 'oldest waits for',
  busy: 'busy',
  capacity: (busy: number, capacity: number) => `${busy} of ${capacity} places busy`,
  failing: 'failed, last hour',
  lasts: 'time of a job',
  rate: (count: number) => `starts ${count} a minute at most`,
  noRate: 'no rate limit',
  hour: (queue: string) => `${queue}: the last hour`,
  hourAgo: '60 min ago',
  now: 'now',
  none: '–',
  workers: (count: number) => (count === 1 ? '1 worker' : `${count} workers`),
  worker: 'Worker',
  host: 'Machine',
  places: 'Busy',
  since: 'Since',
  statuses: {
    running: 'Running',
    idle: 'Idle',
    paused: 'Paused',
    noWorker: 'No worker',
    stuck: 'Stuck',
  },
  pausedSince: (time: string, by?: string | null) =>
    by ? `Paused since ${time} by ${by}.` : `Paused since ${time}.`,
  reason: 'Reason',
  optional: 'optional',
  reasonHint: 'Shown here, and to everybody whose jobs wait.',
  pause: 'Pause',
  resume: 'Resume',
  pauseTitle: (queue: string) => `Pause ${queue}?`,
  pauseHint:
    'Jobs that run go on. New ones are accepted, and wait until somebody resumes the queue.',
  cancel: 'Cancel',
  installation: 'Installation',
  checkedAt: (time: string) => `checked at ${time}`,
  checking: 'is being checked',
  checkAgain: 'Check again',
  installationWell: 'The servers that it stands on are as they should be.',
  fineChecks: (count: number) => (count === 1 ? '1 check is fine' : `${count} checks are fine`),
  levels: { OK: 'Fine:', WARNING: 'Warning:', WRONG: 'Wrong:' },
  findings: 'What needs attention',
  allWell: 'Every queue has workers, and none is paused or stuck.',
  found: {
    noWorker: (queue: string, waiting: number) =>
      `No worker takes the queue ${queue}; ${waiting === 1 ? '1 job waits' : `${waiting || 'no'} jobs wait`}.`,
    noWorkerDo:
      'Start one: node src/main.ts worker. If one runs, its WORKER_QUEUES must include this queue.',
    paused: (queue: string, waiting: number) =>
      waiting === 0
        ? `${queue} is paused; no job waits.`
        : `${queue} is paused, and ${waiting === 1 ? '1 job waits' : `${waiting} jobs wait`}.`,
    pausedDo: 'Resume it when the reason is gone.',
    stuck: (queue: string, age: string) =>
      `${queue}: nothing has started for 2 minutes; the oldest job waits ${age}.`,
    stuckDo: 'Restart its workers: they are alive, but take no jobs. Their log says why.',
    full: (queue: string, age: string) =>
      `${queue}: every place is busy, and the oldest job waits ${age}.`,
    fullDo: 'Start more workers, or raise their concurrency if the model service can do more.',
    failing: (queue: string, percent: string) =>
      `${queue}: ${percent} of the last hour’s jobs failed.`,
    failingDo: 'Errors shows what they failed of.',
  },
};
