import type { IncomingMessage, ServerResponse } from 'node:http';
import { getOperationAST } from 'graphql';
import type { DocumentNode, ExecutionArgs, GraphQLError, GraphQLSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Plugin, YogaLogger } from 'graphql-yoga';
import type { Session } from '../../access/identity/session.ts';
import { createContext } from '../../graphql/context.ts';
import type { GraphQLContext, ResolverContext } from '../../graphql/context.ts';
import { toOperationLabel } from '../../graphql/execution/operations.ts';
import type { Language } from '../../graphql/execution/operations.ts';
import type { OperationRules } from '../../graphql/policy/operation-rules.ts';
import { schema } from '../../graphql/schema.ts';
import type { Logger } from '../../platform/logger.ts';
import type { EngineEmitter } from '../../jobs/engine-events.ts';
import { graphqlPath } from '../paths.ts';
import { applyRules } from './yoga-limits.ts';

/** What has been read of a request already: Yoga would read it less well. */
export interface YogaRequest {
  /** The one media type to answer in: Yoga knows no weights. */
  accept: string;
  /** The text of a body, which is JSON. */
  body?: string | undefined;
}

export interface YogaServer extends AsyncDisposable {
  handle: (
    request: IncomingMessage,
    response: ServerResponse,
    session: Session,
    sent: YogaRequest,
  ) => Promise<void>;
  /** How Yoga and its plugins read documents. */
  language: Language;
}

/** GraphQL's own functions, with Yoga's plugins around them; Yoga gives them as `any`. */
interface Enveloped {
  schema: GraphQLSchema;
  parse: (source: string) => DocumentNode;
  validate: (schema: GraphQLSchema, document: DocumentNode) => readonly GraphQLError[];
}

/** Yoga: every form of GraphQL over HTTP. */
export function createYogaServer(
  services: ResolverContext,
  maskError: (error: unknown) => GraphQLError,
  rules: OperationRules,
): YogaServer {
  const yoga = createYoga<{ session: Session }, GraphQLContext>({
    schema,
    graphqlEndpoint: graphqlPath,
    context: ({ session }) => createContext(services, session),
    maskedErrors: { maskError },
    logging: toYogaLogger(services.logger),
    landingPage: false,
    plugins: [reportOperations(services.events), ...rules.plugins, applyRules(rules)],
    extraParamNames: ['documentId'],
    graphiql: false,
    // What is valid is remembered where all transports find it, within a bound of its own.
    parserAndValidationCache: false,
    // Which pages may use the API, the server has decided before.
    cors: false,
  });
  const enveloped = () => yoga.getEnveloped({}) as Enveloped;
  return {
    handle: async (request, response, session, { accept, body }) => {
      Object.assign(request.headers, { accept });
      if (body !== undefined) {
        Object.assign(request.headers, { 'content-type': 'application/json' });
        // Where other frameworks leave what they have read.
        Object.assign(request, { body });
      }
      await yoga(request, response, { session });
    },
    language: {
      parse: (source) => enveloped().parse(source),
      validate: (document) => enveloped().validate(schema, document),
    },
    async [Symbol.asyncDispose]() {
      await yoga.dispose();
    },
  };
}

/** Says what Yoga has run by itself. */
function reportOperations(events: EngineEmitter): Plugin {
  return {
    onExecute: ({ args }) => {
      const begunAt = performance.now();
      const { document, operationName } = args as ExecutionArgs;
      const definition = getOperationAST(document, operationName);
      return {
        onExecuteDone: ({ result }) => {
          const isOk = !('errors' in (result as object));
          const operation = definition ? toOperationLabel(definition) : 'invalid';
          const seconds = (performance.now() - begunAt) / 1_000;
          events.emit('operationAnswered', { operation, isOk, seconds });
        },
      };
    },
  };
}

/**
 * What Yoga reports as an error, the error mask has logged already, with its cause and its id. Its message may quote what
 * the client sent, which is for no log.
 */
function toYogaLogger(logger: Logger): YogaLogger {
  return {
    debug: (...words) => logger.trace({ words }, 'yoga'),
    info: (...words) => logger.debug({ words }, 'yoga'),
    warn: (...words) => logger.warn({ words }, 'yoga'),
    error: (error) =>
      logger.debug({ type: error instanceof Error ? error.name : typeof error }, 'yoga error'),
  };
}
