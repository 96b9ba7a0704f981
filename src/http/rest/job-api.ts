import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Session } from '../../access/identity/session.ts';
import { jobRows, jobVersions } from '../../jobs/rows/find.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import type { ResolverContext } from '../../graphql/context.ts';
import type { AccessControl } from '../front/access-control.ts';
import { hasTag, refuse, respondWithError } from '../respond.ts';
import { readCredentials } from '../front/credentials.ts';
import type { OperationCall, Execution } from '../graphql/execution.ts';
import { createResultReader } from './job-result.ts';
import { createCloseSignal } from '../close-signal.ts';

export const jobApiPath = '/api/jobs/';
/** How long a poll is held open at most, which is below the timeouts of proxies. */
const maxWaitMs = 25_000;

export interface JobApi {
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Answers all waiting polls now. */
  endWaiting: () => void;
}

/** The parameters of a poll. */
interface Poll {
  id: string;
  waitMs: number;
}

export interface JobApiOptions {
  services: ResolverContext;
  execution: Execution;
  accessControl: AccessControl;
}

/**
 * `GET /api/jobs/:id` for clients that poll. The job's version is its ETag, so that a client that has it gets a short 304. With
 * `waitMs`, the answer waits until there is a newer version.
 */
export function createJobApi(options: JobApiOptions): JobApi {
  const { services, execution, accessControl } = options;
  const { readers, limits, logger } = services;
  const readResult = createResultReader(execution);
  const shutdown = new AbortController();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET') {
      response.setHeader('allow', 'GET');
      return refuse(response, 405, 'Only GET is supported.');
    }
    const session = await accessControl.authenticate(request, readCredentials(request));
    const { viewer } = session;
    await limits.poll(viewer);
    const poll = readPoll(request);
    if (!poll) return refuse(response, 400, `waitMs must be a number from 0 to ${maxWaitMs}.`);
    const version = (await readers.find(jobVersions, viewer, poll.id))?.version;
    if (version === undefined) return refuse(response, 404, 'There is no such job.');
    const job = hasTag(request, toTag(version))
      ? await waitForNewer({ ...poll, version }, session, request, response)
      : await readers.find(jobRows, viewer, poll.id);
    if (response.destroyed) return;
    if (!job) {
      response.writeHead(304, toHeaders(version)).end();
      return;
    }
    const body = Buffer.from(
      JSON.stringify(
        await describe(job, { chargedTo: viewer, closeSignal: createCloseSignal(response) }),
      ),
    );
    response.writeHead(200, {
      ...toHeaders(job.version),
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
    });
    response.end(body);
  }

  async function describe(
    job: JobRow,
    caller: Pick<OperationCall, 'chargedTo' | 'closeSignal'>,
  ): Promise<object> {
    return {
      jobId: job.id,
      type: job.type,
      state: job.state.toLowerCase(),
      version: job.version,
      progress: job.progress,
      stage: job.stage,
      attempt: job.attempt,
      data: job.input,
      result: job.state === 'COMPLETED' ? await readResult(job, caller) : null,
      error: job.error?.message ?? null,
      errorCode: job.error?.code ?? null,
      createdAt: job.createdAt,
      startedAt: job.startedAt,
      completedAt: job.finishedAt,
    };
  }

  /** The job once it is newer than the version; undefined after `waitMs`, or if the client has left. */
  async function waitForNewer(
    { id, waitMs, version }: Poll & { version: number },
    session: Session,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<JobRow | undefined> {
    if (waitMs === 0) return undefined;
    // While it waits, it counts in the limits as a connection with a subscription.
    using leases = new DisposableStack();
    const connection = leases.adopt(accessControl.connect(request), ({ close }) => close());
    await connection.assign(session.viewer);
    leases.defer(await connection.subscribe(session.viewer));
    const updates = await services.live.watchJob(session.viewer, id, version);
    if (!updates) return undefined;
    const end = () => updates.close();
    const timer = setTimeout(end, waitMs);
    response.once('close', end);
    shutdown.signal.addEventListener('abort', end);
    updates.onClosed(accessControl.guard(session, (reason) => updates.fail(reason)));
    if (response.destroyed || shutdown.signal.aborted) end();
    const { poll } = services.metrics.deliveries;
    poll.connections += 1;
    try {
      const { value: job } = await updates.next();
      return job;
    } finally {
      poll.connections -= 1;
      clearTimeout(timer);
      response.off('close', end);
      shutdown.signal.removeEventListener('abort', end);
      end();
    }
  }

  return {
    handle: async (request, response) => {
      try {
        await answer(request, response);
      } catch (error) {
        logger.debug({ err: error }, 'poll failed');
        respondWithError(response, execution.mask(error));
      }
    },
    endWaiting: () => shutdown.abort(),
  };
}

function readPoll({ url = '' }: IncomingMessage): Poll | undefined {
  const [path = '', query] = url.split('?', 2);
  const waitMs = query === undefined ? 0 : Number(new URLSearchParams(query).get('waitMs') ?? 0);
  if (!(waitMs >= 0 && waitMs <= maxWaitMs)) return undefined;
  return { id: path.slice(jobApiPath.length), waitMs };
}

/** The answer depends on the viewer, whom shared caches do not know. */
function toHeaders(version: number) {
  return { etag: toTag(version), 'cache-control': 'private, no-cache' };
}

function toTag(version: number): string {
  return `"${version}"`;
}
