import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode } from 'graphql';
import type { GraphQLError } from 'graphql';
import { isExpired, sessionExpired } from '../../access/identity/session.ts';
import type { Session } from '../../access/identity/session.ts';
import type { ResolverContext } from '../../graphql/context.ts';
import { ForbiddenError } from '../../errors.ts';
import { createOperationRules } from '../../graphql/policy/operation-rules.ts';
import type { GraphQLPolicy } from '../../graphql/policy/operation-rules.ts';
import { schema } from '../../graphql/schema.ts';
import { assertValidDocuments } from '../../graphql/policy/trusted-documents.ts';
import type { AccessControl } from '../front/access-control.ts';
import { refuse, respondWithError } from '../respond.ts';
import { answerResult, findStatus } from './answer-result.ts';
import { readCredentials } from '../front/credentials.ts';
import { createErrorMask, withoutStatus } from '../errors.ts';
import { eventStream, multipartStream } from '../live/stream-format.ts';
import { createExecution } from './execution.ts';
import type { OperationCall, Execution } from './execution.ts';
import { createCloseSignal } from '../close-signal.ts';
import { mutationByGet, notAcceptable, streamsOnly } from './refusals.ts';
import { negotiateResult, negotiateStream } from './negotiate.ts';
import type { JsonType, StreamType } from './negotiate.ts';
import {
  RequestError,
  parseOperation,
  parseOperations,
  parseQueryString,
  readText,
  readLastEventId,
} from './read-request.ts';
import type { StreamContext } from '../live/response-stream.ts';
import { createSingleConnections } from '../live/single-connection.ts';
import { streamOperations } from '../live/operation-list-http.ts';
import { handleSingleConnection, isForSingleConnection } from '../live/single-connection-http.ts';
import { streamResponse } from '../live/stream-response.ts';
import { createYogaServer, runNothing } from './yoga.ts';

/** GraphQL over HTTP. */
export interface GraphQLHttp extends AsyncDisposable {
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  execution: Execution;
}

export interface GraphQLHttpOptions {
  services: ResolverContext;
  /** What streams of all transports share. */
  streaming: Omit<StreamContext, 'delivery'>;
  accessControl: AccessControl;
  policy: GraphQLPolicy;
}

/**
 * Serves all protocols over HTTP on one path. Requests for an operation are answered here, also if the document is invalid. All
 * others go to Yoga, which answers with an error and runs nothing.
 */
export function createGraphQLHttp(options: GraphQLHttpOptions): GraphQLHttp {
  const { services, streaming, accessControl, policy } = options;
  const rules = createOperationRules(schema, policy);
  const mask = rules.maskFor(createErrorMask(services.logger));
  const { deliveries } = services.metrics;
  const streams = {
    'text/event-stream': { format: eventStream, delivery: deliveries.sse },
    'multipart/mixed': { format: multipartStream, delivery: deliveries.multipart },
  };
  const yoga = createYogaServer(services.logger, mask, [...rules.plugins, runNothing]);
  if (policy.trustedDocuments) assertValidDocuments(policy.trustedDocuments, yoga.language);
  const execution = createExecution(
    services,
    yoga.language,
    (error) => withoutStatus(mask(error)),
    accessControl.guard,
    rules,
  );
  const oneForMany = { ...streaming, delivery: deliveries.sse_single };
  const singleConnections = createSingleConnections(oneForMany);
  const shared = { streaming: oneForMany, singleConnections, execution, accessControl };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = await accessControl.authenticate(request, readCredentials(request));
    if (isForSingleConnection(request)) {
      return handleSingleConnection({ ...shared, session }, request, response);
    }
    const isGet = request.method === 'GET';
    if (!isGet && request.method !== 'POST') return leaveToYoga(request, response, session);
    const body = isGet ? undefined : await readText(request);
    // The session may have expired while the body was read.
    if (isExpired(session)) throw sessionExpired();
    const isForEvents = negotiateStream(request.headers.accept) === 'text/event-stream';
    const list = isForEvents && body !== undefined ? parseOperations(body) : undefined;
    if (list) return streamOperations({ ...shared, session }, request, response, list);
    const sent = body === undefined ? parseQueryString(request.url ?? '') : parseOperation(body);
    if (!sent) return leaveToYoga(request, response, session, body);
    const operation = execution.find(sent);
    if (!('document' in operation)) return answerErrors(request, response, session, operation);
    const call = { session, operation, request: sent };
    const kind = operation.definition.operation;
    if (kind === OperationTypeNode.SUBSCRIPTION) return subscribe(request, response, call);
    if (isGet && kind === OperationTypeNode.MUTATION) {
      response.setHeader('allow', 'POST');
      return answerErrors(request, response, session, [mutationByGet()]);
    }
    return run(request, response, call);
  }

  /** Yoga explains what is wrong with a request that is not for an operation. */
  async function leaveToYoga(
    request: IncomingMessage,
    response: ServerResponse,
    session: Session,
    body?: string,
  ): Promise<void> {
    return yoga.handle(request, response, { accept: negotiate(request, session), body });
  }

  /** Answers with the errors of a document. */
  function answerErrors(
    request: IncomingMessage,
    response: ServerResponse,
    session: Session,
    errors: readonly GraphQLError[],
  ): void {
    const type = negotiate(request, session);
    const result = { errors: errors.map(execution.mask) };
    answerResult(request, response, { type, status: findStatus(type, errors), result });
  }

  async function run(
    request: IncomingMessage,
    response: ServerResponse,
    call: OperationCall,
  ): Promise<void> {
    const type = negotiate(request, call.session);
    const result = await execution.run({ ...call, closeSignal: createCloseSignal(response) });
    if (response.destroyed) return;
    const status = 'data' in result ? 200 : findStatus(type);
    answerResult(request, response, { type, status, result });
  }

  async function subscribe(
    request: IncomingMessage,
    response: ServerResponse,
    call: OperationCall,
  ): Promise<void> {
    const type = negotiateStream(request.headers.accept);
    if (!type) return answerErrors(request, response, call.session, [streamsOnly()]);
    // 'close' has already fired if the client left during authentication.
    if (response.destroyed) return;
    const connection = accessControl.connect(request);
    response.on('close', connection.close);
    await connection.assign(call.session.viewer);
    const resumeAfter = readLastEventId(request);
    const outcome = await execution.open({ ...call, connection, resumeAfter });
    const { format, delivery } = streams[type];
    streamResponse(request, response, outcome, format, { ...streaming, delivery });
  }

  return {
    handle: async (request, response) => {
      try {
        await handle(request, response);
      } catch (error) {
        if (error instanceof RequestError) {
          if (error.status === 413) response.setHeader('connection', 'close');
          return refuse(response, error.status, error.message);
        }
        // The client left before its request was complete.
        if (request.destroyed && !request.complete) return;
        respondWithError(response, execution.mask(error));
      }
    },
    execution,
    [Symbol.asyncDispose]: yoga[Symbol.asyncDispose],
  };
}

/** The media type for the result of a query or mutation. Throws RequestError, and ForbiddenError for tickets. */
function negotiate(request: IncomingMessage, { viewer }: Session): JsonType | StreamType {
  if (viewer.role === 'ticket') throw new ForbiddenError('Not accessible with this ticket.');
  const type = negotiateResult(request.headers.accept);
  if (type === undefined) throw new RequestError(406, notAcceptable);
  return type;
}
