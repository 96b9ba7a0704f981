import type { JobRow } from '../../../src/jobs/rows/row.ts';
import type { RunRecord } from '../record.ts';

/** A time in the record. */
export const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
/** A line that a process has logged, in the fifth second by default. */
export const line = (level: number, msg: string, second = 5) =>
  `${JSON.stringify({ level, time: at(second).getTime(), pid: 1, msg })}\n`;

const ordinary = { mustFail: false, clockOffsetMs: 0 };

/** The record of a run without faults: a completed job, submitted twice, with a subscriber on two connections. */
export function soundRecord(): RunRecord {
  const job: JobRow = {
    id: 'job-1',
    type: 'CLAIM_EXTRACTION',
    state: 'COMPLETED',
    version: 4,
    eventEpoch: 0,
    eventId: '9',
    owner: 'local',
    input: { summaryId: 'summary-1' },
    resultId: 'result-1',
    error: null,
    progress: 100,
    stage: null,
    round: 1,
    attempt: 2,
    maxAttempts: 3,
    priority: 'NORMAL',
    priorityRank: 5,
    idempotencyKey: 'key-1',
    pipelineId: null,
    waitsFor: null,
    runAt: null,
    expiresAt: null,
    createdAt: at(0),
    dispatchedAt: at(0),
    startedAt: at(1),
    finishedAt: at(9),
    nextAttemptAt: null,
    cancelRequestedAt: null,
    position: null,
    positionedAt: null,
  };
  return {
    submissions: [
      {
        key: 'key-1',
        kind: 'extract',
        refusals: [],
        answers: [
          { api: 'a', jobIds: ['job-1'], created: true },
          { api: 'b', jobIds: ['job-1'], created: false },
        ],
      },
    ],
    jobs: [job],
    attempts: [{ jobId: 'job-1', number: 1, code: 'MODEL_UNAVAILABLE' }],
    results: [
      { table: 'claim_extraction', id: 'result-1', jobId: 'job-1', parts: 3, expectedParts: 3 },
    ],
    calls: [
      {
        path: '/api/extract-claims',
        subject: 'summary-1',
        startedAt: at(2).getTime(),
        abortedAt: undefined,
      },
    ],
    subscriptions: [
      {
        jobId: 'job-1',
        transport: 'sse',
        connections: [
          {
            api: 'a',
            after: undefined,
            end: 'lost',
            versions: [
              { version: 1, state: 'QUEUED', attempt: 0, progress: 0 },
              { version: 2, state: 'ACTIVE', attempt: 1, progress: 50 },
            ],
          },
          {
            api: 'b',
            after: 2,
            end: 'completed',
            versions: [
              { version: 3, state: 'ACTIVE', attempt: 2, progress: 5 },
              { version: 4, state: 'COMPLETED', attempt: 2, progress: 100 },
            ],
          },
        ],
      },
    ],
    dashboards: [
      {
        transport: 'websocket',
        waiting: 3,
        seen: 3,
        jobIds: ['job-1'],
        updates: [
          { jobId: 'job-1', version: 1, state: 'QUEUED', attempt: 0, progress: 0 },
          { jobId: 'job-1', version: 4, state: 'COMPLETED', attempt: 2, progress: 100 },
        ],
      },
    ],
    processes: [
      {
        ...ordinary,
        name: 'api-1',
        output: `fovea-jobs api at http://127.0.0.1:1/graphql\n${line(30, 'job started')}`,
        end: undefined,
        sent: undefined,
        before: { descriptors: 30, connections: 0, leads: false },
        after: { descriptors: 54, connections: 0, leads: true },
      },
      {
        ...ordinary,
        name: 'worker-2',
        output: '{"level":30,"ti',
        end: 'SIGKILL',
        sent: 'SIGKILL',
      },
      { ...ordinary, name: 'worker-3', output: '', end: 0, sent: 'SIGTERM' },
      {
        ...ordinary,
        name: 'api-4',
        output: `${line(30, 'api started')}Port 4000 is taken.\n`,
        end: 1,
        sent: undefined,
        mustFail: true,
      },
    ],
    expectedFailures: [],
    faults: [{ name: 'restartRedis', startedAt: at(4).getTime(), endedAt: at(6).getTime() }],
  };
}
