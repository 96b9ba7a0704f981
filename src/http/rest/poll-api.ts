import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Session } from '../../access/identity/session.ts';
import type { OwnedRows } from '../../db/owned-reader.ts';
import type { Viewer } from '../../db/viewer.ts';
import type { ResolverContext } from '../../graphql/context.ts';
import type { AccessControl } from '../front/access-control.ts';
import { hasTag, refuse, respondWithError } from '../respond.ts';
import { readCredentials } from '../front/credentials.ts';
import type { OperationCall, Execution } from '../graphql/execution.ts';
import { createCloseSignal } from '../close-signal.ts';

/** How long a poll is held open at most, which is below the timeouts of proxies. */
const maxWaitMs = 25_000;

/** A row that clients poll. */
interface Polled {
  id: string;
  owner: string;
  version: number;
}

/** The newer versions of one row, of which a poll takes the first. */
interface Updates<Row> {
  next: () => Promise<IteratorResult<Row, undefined>>;
  close: () => void;
  fail: (error: Error) => void;
  onClosed: (listener: () => void) => void;
}

/** What is polled, and how. */
export interface PolledKind<Row extends Polled> {
  /** Of its resources, up to the id. */
  path: string;
  /** What it is called. */
  noun: string;
  rows: OwnedRows<Row>;
  /** Only what is needed to tell whether a client has the newest version. */
  versions: OwnedRows<Polled>;
  /** Its newer versions; undefined if the viewer sees no such row. */
  watch: (viewer: Viewer, id: string, after: number) => Promise<Updates<Row> | undefined>;
  /** What is answered, as JSON. */
  describe: (row: Row, caller: Caller) => object | Promise<object>;
}

/** Who is charged for what an answer contains. */
export type Caller = Pick<OperationCall, 'chargedTo' | 'closeSignal'>;

export interface PollApi {
  /** Whether a path is one of its resources. */
  hasPath: (path: string) => boolean;
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Answers all waiting polls now. */
  endWaiting: () => void;
}

/** The parameters of a poll. */
interface Poll {
  id: string;
  waitMs: number;
}

export interface PollApiOptions {
  services: ResolverContext;
  execution: Execution;
  accessControl: AccessControl;
}

/**
 * `GET <path>:id` for clients that poll. The row's version is its ETag, so that a client that has it gets a short 304. With
 * `waitMs`, the answer waits until there is a newer version.
 */
export function createPollApi<Row extends Polled>(
  options: PollApiOptions,
  kind: PolledKind<Row>,
): PollApi {
  const { services, execution, accessControl } = options;
  const { readers, limits, logger } = services;
  const shutdown = new AbortController();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET') {
      response.setHeader('allow', 'GET');
      return refuse(response, 405, 'Only GET is supported.');
    }
    const session = await accessControl.authenticate(request, readCredentials(request));
    const { viewer } = session;
    await limits.poll(viewer);
    const poll = readPoll(request, kind.path);
    if (!poll) return refuse(response, 400, `waitMs must be a number from 0 to ${maxWaitMs}.`);
    const version = (await readers.find(kind.versions, viewer, poll.id))?.version;
    if (version === undefined) return refuse(response, 404, `There is no such ${kind.noun}.`);
    const row = hasTag(request, toTag(version))
      ? await waitForNewer({ ...poll, version }, session, request, response)
      : await readers.find(kind.rows, viewer, poll.id);
    if (response.destroyed) return;
    if (!row) {
      response.writeHead(304, toHeaders(version)).end();
      return;
    }
    const body = Buffer.from(
      JSON.stringify(
        await kind.describe(row, { chargedTo: viewer, closeSignal: createCloseSignal(response) }),
      ),
    );
    response.writeHead(200, {
      ...toHeaders(row.version),
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
    });
    response.end(body);
  }

  /** The row once it is newer than the version; undefined after `waitMs`, or if the client has left. */
  async function waitForNewer(
    { id, waitMs, version }: Poll & { version: number },
    session: Session,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Row | undefined> {
    if (waitMs === 0) return undefined;
    // While it waits, it counts in the limits as a connection with a subscription.
    using leases = new DisposableStack();
    const connection = leases.adopt(accessControl.connect(request), ({ close }) => close());
    await connection.assign(session.viewer);
    leases.defer(await connection.subscribe(session.viewer));
    const updates = await kind.watch(session.viewer, id, version);
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
      const { value: row } = await updates.next();
      return row;
    } finally {
      poll.connections -= 1;
      clearTimeout(timer);
      response.off('close', end);
      shutdown.signal.removeEventListener('abort', end);
      end();
    }
  }

  return {
    hasPath: (path) => path.startsWith(kind.path),
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

function readPoll({ url = '' }: IncomingMessage, path: string): Poll | undefined {
  const [asked = '', query] = url.split('?', 2);
  const waitMs = query === undefined ? 0 : Number(new URLSearchParams(query).get('waitMs') ?? 0);
  if (!(waitMs >= 0 && waitMs <= maxWaitMs)) return undefined;
  return { id: asked.slice(path.length), waitMs };
}

/** The answer depends on the viewer, whom shared caches do not know. */
function toHeaders(version: number) {
  return { etag: toTag(version), 'cache-control': 'private, no-cache' };
}

function toTag(version: number): string {
  return `"${version}"`;
}
