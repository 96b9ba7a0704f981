import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../record.ts';
import { checkRun } from './check-run.ts';
import { at, line, soundRecord } from './sound-record.ts';

const doctored: [rule: string, what: string, doctor: (record: RunRecord) => unknown][] = [
  ['accepted job is in the database', 'a row is gone', (r) => r.jobs.pop()],
  ['job is final', 'a job hangs', (r) => (r.jobs[0]!.state = 'ACTIVE')],
  [
    'job was accepted',
    'a row that nobody has submitted',
    (r) => r.jobs.push({ ...r.jobs[0]!, id: 'job-2', idempotencyKey: null }),
  ],
  ['key is unique', 'a key has two rows', (r) => r.jobs.push({ ...r.jobs[0]!, id: 'job-2' })],
  [
    'key names one job',
    'the second answer names another job',
    (r) => (r.submissions[0]!.answers[1]!.jobIds = ['job-2']),
  ],
  [
    'key creates once',
    'both answers say that they created it',
    (r) => (r.submissions[0]!.answers[1]!.created = true),
  ],
  ['submission is accepted', 'no answer ever came', (r) => (r.submissions[0]!.answers = [])],
  [
    'client is not refused',
    'an answer was an internal error',
    (r) => r.submissions[0]!.refusals.push('INTERNAL_SERVER_ERROR'),
  ],
  [
    'no attempt is charged for a fault',
    'an attempt failed with an unknown error',
    (r) => (r.attempts[0]!.code = 'INTERNAL'),
  ],
  [
    'only jobs that must fail do',
    'a job failed with its attempts spent',
    (r) => (r.jobs[0]!.state = 'FAILED'),
  ],
  [
    'no job begins before its time',
    'a fast clock started a delayed job',
    (r) => (r.jobs[0]!.runAt = at(2)),
  ],
  [
    'no job expires before its time',
    'a fast clock expired a job',
    (r) => Object.assign(r.jobs[0]!, { state: 'EXPIRED', expiresAt: at(20) }),
  ],
  ['completed job has one result', 'the result is missing', (r) => r.results.pop()],
  [
    'completed job has one result',
    'there are two results',
    (r) => r.results.push({ ...r.results[0]! }),
  ],
  [
    'no result without completion',
    'an expired job has a result',
    (r) => (r.jobs[0]!.state = 'EXPIRED'),
  ],
  ['result is complete', 'a claim is missing', (r) => (r.results[0]!.parts = 2)],
  ['result has its id', 'the result has an id of its own', (r) => (r.results[0]!.id = 'other')],
  [
    'result is of its type',
    'the result is of another type',
    (r) => (r.results[0]!.table = 'video_summary'),
  ],
  [
    'result has a job',
    'a result of no job',
    (r) => r.results.push({ ...r.results[0]!, jobId: 'job-2' }),
  ],
  [
    'no call for a final job',
    'a call begins when the job is final',
    (r) => (r.calls[0]!.startedAt = at(10).getTime()),
  ],
  ['call is for a job', 'a call for nobody', (r) => (r.calls[0]!.subject = 'summary-2')],
  ['accepted job is watched', 'nobody watched', (r) => r.subscriptions.pop()],
  ['final version is seen', 'the stream ended early', (r) => lastVersions(r).pop()],
  [
    'final version is seen',
    'nothing was seen at all',
    (r) => (r.subscriptions[0]!.connections = []),
  ],
  ['final version is the row', 'the row has gone on', (r) => (r.jobs[0]!.version = 5)],
  ['versions grow', 'a reconnect repeats a version', (r) => (lastVersions(r)[0]!.version = 2)],
  ['versions grow', 'a reconnect goes back', (r) => (lastVersions(r)[0]!.version = 1)],
  ['attempts never fall', 'a dead attempt reports', (r) => (lastVersions(r)[0]!.attempt = 0)],
  [
    'progress never falls in an attempt',
    'the bar goes back',
    (r) => (lastVersions(r)[0]!.attempt = 1),
  ],
  [
    'nothing follows the final version',
    'a version after the last',
    (r) => lastVersions(r).push({ ...lastVersions(r)[1]!, version: 5 }),
  ],
  ['dashboard has every waiting job', 'one was left out', (r) => (r.dashboards[0]!.seen = 2)],
  [
    'dashboard has the final version',
    'it receives no final version',
    (r) => r.dashboards[0]!.updates.pop(),
  ],
  ['versions grow', 'a dashboard goes back', (r) => (r.dashboards[0]!.updates[0]!.version = 4)],
  ['descriptors are given back', 'sockets stay open', (r) => (last(r, 0).descriptors = 90)],
  [
    'descriptors are given back',
    'one that does not lead has as many as a leader',
    (r) => (last(r, 0).leads = false),
  ],
  ['connections are given back', 'a client stays counted', (r) => (last(r, 0).connections = 1)],
  ['no process dies by itself', 'a start that must fail succeeded', (r) => end(r, 3, 0)],
  [
    'a failed start says why in one line',
    'a start that failed printed a stack',
    (r) => (r.processes[3]!.output += '    at listen (node:net:1)\n'),
  ],
  ['no process dies by itself', 'an API crashed', (r) => end(r, 0, 1)],
  ['no process dies by itself', 'a worker exited with 1 after SIGTERM', (r) => end(r, 2, 1)],
  ['no process dies by itself', 'an API exited by itself', (r) => end(r, 0, 0)],
  ['log is explained', 'an unknown error', (r) => print(r, line(50, 'no idea'))],
  ['log is explained', 'a fatal line', (r) => print(r, line(60, 'reading events failed'))],
  ['log is explained', 'an unhandled rejection', (r) => print(r, line(40, 'unhandledRejection'))],
  ['log is explained', 'a stack on stderr', (r) => print(r, '    at node:internal/process:1\n')],
  [
    'log is explained',
    'an error long after its fault',
    (r) => print(r, line(50, 'reading events failed', 30)),
  ],
  [
    'log is explained',
    'an error that this fault cannot cause',
    (r) => print(r, line(50, 'job threw an unexpected error')),
  ],
];

describe('the checks of a chaos run', () => {
  test('finds nothing in a sound record', () => {
    expect(checkRun(soundRecord())).toEqual([]);
  });

  test.each(doctored)('says that "%s" is broken when %s', (rule, _what, doctor) => {
    const record = soundRecord();
    doctor(record);
    expect(checkRun(record).map((violation) => violation.rule)).toContain(rule);
  });

  test('allows a complete result of a job that had to end as STALLED', () => {
    const record = soundRecord();
    record.jobs[0]!.state = 'FAILED';
    record.jobs[0]!.error = { code: 'STALLED', message: '', retryable: false, attempt: 2 };
    record.expectedFailures = ['key-1'];
    expect(checkRun(record)).toEqual([]);
    record.results[0]!.parts = 2;
    expect(checkRun(record)).toMatchObject([{ rule: 'result is complete', subject: 'job-1' }]);
  });

  test('reads the time of a log line by the clock of its process', () => {
    const record = soundRecord();
    record.processes[0]!.clockOffsetMs = 60_000;
    print(record, line(50, 'reading events failed', 65));
    expect(checkRun(record)).toEqual([]);
  });

  test('allows a complete result of a canceled job, if it had begun to be canceled', () => {
    const record = soundRecord();
    record.jobs[0]!.state = 'CANCELED';
    expect(checkRun(record)).toMatchObject([{ rule: 'no result without completion' }]);
    record.jobs[0]!.cancelRequestedAt = at(8);
    expect(checkRun(record)).toEqual([]);
  });

  test('allows errors about Redis while it is away', () => {
    const record = soundRecord();
    print(record, line(50, 'reading events failed'));
    expect(checkRun(record)).toEqual([]);
  });
});

function lastVersions(record: RunRecord) {
  return record.subscriptions[0]!.connections[1]!.versions;
}

function end(record: RunRecord, index: number, how: number): void {
  record.processes[index]!.end = how;
}

function last(record: RunRecord, index: number) {
  return record.processes[index]!.after!;
}

function print(record: RunRecord, text: string): void {
  record.processes[0]!.output += text;
}
