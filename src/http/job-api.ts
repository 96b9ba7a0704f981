import type { IncomingMessage, ServerResponse } from 'node:http';
import { localViewer } from '../auth/viewer.ts';
import type { JobRow } from '../db/job-row.ts';
import type { GraphQLServices } from '../graphql/context.ts';
import { hasTag, refuse } from './answer.ts';
import type { Execution } from './execution.ts';
import { createResultReader } from './job-result.ts';

export const jobApiPath = '/api/jobs/';
/** A poll is held open at most so long, which is below the time-outs of proxies. */
const maxWaitMs = 25_000;

export interface JobApi {
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Answers the polls that wait, with what there is. */
  endWaiting: () => void;
}

/** What a poll asks for. */
interface Poll {
  id: string;
  waitMs: number;
}

/**
 * `GET /api/jobs/:id` for clients that poll: the job's version is its tag, so that who has it is told so in a few bytes;
 * with `waitMs`, the answer waits as long as there is nothing newer.
 */
export function createJobApi(services: GraphQLServices, execution: Execution): JobApi {
  const { jobs, logger } = services;
  const readResult = createResultReader(execution);
  const { owner } = localViewer;
  const shutdown = new AbortController();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET') {
      response.setHeader('allow', 'GET');
      return refuse(response, 405, 'Only GET is served here.');
    }
    const poll = readPoll(request);
    if (!poll) return refuse(response, 400, `waitMs is a number from 0 to ${maxWaitMs}.`);
    const version = (await jobs.findVersion(owner, poll.id))?.version;
    if (version === undefined) return refuse(response, 404, 'There is no such job.');
    const job = hasTag(request, toTag(version))
      ? await waitForNewer(services, owner, { ...poll, version }, [response, shutdown.signal])
      : await jobs.find(owner, poll.id);
    if (response.destroyed) return;
    if (!job) {
      response.writeHead(304, toHeaders(version)).end();
      return;
    }
    const body = Buffer.from(JSON.stringify(await describe(job)));
    response.writeHead(200, {
      ...toHeaders(job.version),
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
    });
    response.end(body);
  }

  async function describe(job: JobRow): Promise<object> {
    return {
      jobId: job.id,
      type: job.type,
      state: job.state.toLowerCase(),
      version: job.version,
      progress: job.progress,
      stage: job.stage,
      attempt: job.attempt,
      data: job.input,
      result: job.state === 'COMPLETED' ? await readResult(localViewer, job.id) : null,
      error: job.error?.message ?? null,
      errorCode: job.error?.code ?? null,
      createdAt: job.createdAt,
      startedAt: job.startedAt,
      completedAt: job.finishedAt,
    };
  }

  return {
    handle: async (request, response) => {
      try {
        await answer(request, response);
      } catch (error) {
        const { message, extensions } = execution.mask(error);
        logger.debug({ err: error }, 'poll failed');
        refuse(response, extensions?.['code'] === 'SERVICE_UNAVAILABLE' ? 503 : 500, message);
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

/** The job once it is newer than the version; undefined when it is not in time, or the client has gone. */
async function waitForNewer(
  { live, metrics }: GraphQLServices,
  owner: string,
  { id, waitMs, version }: Poll & { version: number },
  [response, shutdown]: readonly [ServerResponse, AbortSignal],
): Promise<JobRow | undefined> {
  if (waitMs === 0) return undefined;
  const updates = await live.watchJob(owner, id, version);
  if (!updates) return undefined;
  const end = () => updates.close();
  const timer = setTimeout(end, waitMs);
  response.once('close', end);
  shutdown.addEventListener('abort', end);
  if (response.destroyed || shutdown.aborted) end();
  const { poll } = metrics.deliveries;
  poll.connections += 1;
  try {
    const { value: job } = await updates.next();
    return job;
  } finally {
    poll.connections -= 1;
    clearTimeout(timer);
    response.off('close', end);
    shutdown.removeEventListener('abort', end);
    end();
  }
}

/** Whose job it is depends on who asks, and no cache in between knows that. */
function toHeaders(version: number) {
  return { etag: toTag(version), 'cache-control': 'private, no-cache' };
}

function toTag(version: number): string {
  return `"${version}"`;
}
