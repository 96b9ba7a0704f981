import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode } from 'graphql';
import { isOver, sessionExpired } from '../../access/identity/session.ts';
import type { Session } from '../../access/identity/session.ts';
import type { ResolverContext } from '../../graphql/context.ts';
import { ForbiddenError } from '../../errors.ts';
import { createOperationRules } from '../../graphql/policy/operation-rules.ts';
import type { GraphQLPolicy } from '../../graphql/policy/operation-rules.ts';
import { schema } from '../../graphql/schema.ts';
import { expectValid } from '../../graphql/policy/trusted-documents.ts';
import type { Admission } from '../front/admission.ts';
import { answerJson, refuse, refuseFor, toRetryAfter } from '../answer.ts';
import { readCredentials } from '../front/credentials.ts';
import { createErrorMask, withoutStatus } from '../errors.ts';
import { eventStream } from '../live/event-stream.ts';
import { createExecution } from './execution.ts';
import type { OperationCall, Execution } from './execution.ts';
import { createLeaving } from '../leaving.ts';
import { multipartStream } from '../live/multipart-stream.ts';
import { isJsonType, negotiateResult, negotiateStream } from './negotiate.ts';
import { BodyError, parseOperation, parseQueryString, readText } from './read-request.ts';
import type { StreamUse } from '../live/response-stream.ts';
import { createSingleConnections } from '../live/single-connection.ts';
import { handleSingleConnection, isForSingleConnection } from '../live/single-connection-http.ts';
import { stream } from '../live/stream.ts';
import { createYogaServer } from './yoga.ts';

/** GraphQL over HTTP. */
export interface GraphQLHttp extends AsyncDisposable {
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  execution: Execution;
}

export interface GraphQLHttpOptions {
  services: ResolverContext;
  /** What streams of all transports share. */
  streaming: Omit<StreamUse, 'delivery'>;
  admission: Admission;
  policy: GraphQLPolicy;
}

/**
 * One path for all protocols over HTTP. What clients send all day is answered here: queries and mutations as JSON,
 * subscriptions as streams. Whatever is not plainly one of these goes to Yoga, which says what is wrong with it, or shows
 * GraphiQL.
 */
export function createGraphQLHttp(options: GraphQLHttpOptions): GraphQLHttp {
  const { services, streaming, admission, policy } = options;
  const rules = createOperationRules(schema, policy);
  const mask = rules.maskFor(createErrorMask(services.logger));
  const { deliveries } = services.metrics;
  const yoga = createYogaServer(services, mask, rules);
  if (policy.trustedDocuments) expectValid(policy.trustedDocuments, yoga.language);
  const execution = createExecution(
    services,
    yoga.language,
    (error) => withoutStatus(mask(error)),
    admission.guard,
    rules,
  );
  const singleConnections = createSingleConnections({
    ...streaming,
    delivery: deliveries.sse_single,
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = await admission.admit(request, readCredentials(request));
    if (isForSingleConnection(request)) {
      return handleSingleConnection(
        { singleConnections, execution, admission, session },
        request,
        response,
      );
    }
    const isGet = request.method === 'GET';
    if (!isGet && request.method !== 'POST') return fallBack(request, response, session);
    const body = isGet ? undefined : await readText(request);
    // It may have ended while the body was read, and is refused as it would be now.
    if (isOver(session)) throw sessionExpired();
    const sent = body === undefined ? parseQueryString(request.url ?? '') : parseOperation(body);
    const operation = sent && execution.find(sent);
    if (operation && 'document' in operation) {
      if (await answer(request, response, { session, operation, request: sent })) return;
    }
    return fallBack(request, response, session, body);
  }

  /** What Yoga does by itself knows no tickets. */
  async function fallBack(
    request: IncomingMessage,
    response: ServerResponse,
    session: Session,
    body?: string,
  ): Promise<void> {
    if (session.viewer.role === 'ticket') throw new ForbiddenError('A ticket does not open this.');
    const accept = negotiateResult(request.headers.accept);
    if (accept === undefined) return refuse(response, 406, notAcceptable);
    return yoga.handle(request, response, session, { accept, body });
  }

  /** Answers what is plain; false when it is not, and nothing has been done. */
  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    asked: OperationCall,
  ): Promise<boolean> {
    const { operation } = asked;
    const { accept } = request.headers;
    if (operation.definition.operation === OperationTypeNode.SUBSCRIPTION) {
      const chosen = negotiateStream(accept);
      if (!chosen) return false;
      const [format, delivery] =
        chosen === 'text/event-stream'
          ? [eventStream, deliveries.sse]
          : [multipartStream, deliveries.multipart];
      // A client that has gone while it was found out who it is, says no more that it has.
      if (response.destroyed) return true;
      const connection = admission.connect(request);
      response.once('close', connection.close);
      await connection.assign(asked.session.viewer);
      const resumeAfter = readLastEventId(request);
      const outcome = await execution.open({ ...asked, connection, resumeAfter });
      stream(request, response, outcome, format, { ...streaming, delivery });
      return true;
    }
    const type = negotiateResult(accept);
    const isAllowed =
      request.method === 'POST' || operation.definition.operation === OperationTypeNode.QUERY;
    if (!isJsonType(type) || !isAllowed) return false;
    const result = await execution.run({ ...asked, leaving: createLeaving(response) });
    if (response.destroyed) return true;
    if (!('data' in result)) return false;
    response.setHeaders(new Map(Object.entries(toRetryAfter(...(result.errors ?? [])))));
    answerJson(request, response, `${type}; charset=utf-8`, JSON.stringify(result));
    return true;
  }

  return {
    handle: async (request, response) => {
      try {
        await handle(request, response);
      } catch (error) {
        if (error instanceof BodyError) {
          if (error.status === 413) response.setHeader('connection', 'close');
          return refuse(response, error.status, error.message);
        }
        // The client has gone in the middle of its request.
        if (request.destroyed && !request.complete) return;
        refuseFor(response, execution.mask(error));
      }
    },
    execution,
    [Symbol.asyncDispose]: yoga[Symbol.asyncDispose],
  };
}

const notAcceptable =
  'Answers are application/json, application/graphql-response+json, text/event-stream or multipart/mixed.';

/** What a browser's EventSource had last when it reconnects; undefined when it says nothing that we gave out. */
function readLastEventId({ headers }: IncomingMessage): number | undefined {
  const text = headers['last-event-id'];
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
