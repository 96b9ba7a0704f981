import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Plugin, YogaLogger } from 'graphql-yoga';
import type { Language } from '../../graphql/execution/operation-cache.ts';
import { refusal } from '../../graphql/policy/refusal.ts';
import { schema } from '../../graphql/schema.ts';
import type { Logger } from '../../platform/logger.ts';
import { graphqlPath } from '../paths.ts';

/** What was already read from a request. */
export interface YogaRequest {
  /** The one media type to answer with: Yoga ignores weights. */
  accept: string;
  /** The text of a body, which is JSON. */
  body?: string | undefined;
}

export interface YogaServer extends AsyncDisposable {
  handle: (request: IncomingMessage, response: ServerResponse, sent: YogaRequest) => Promise<void>;
  /** How Yoga and its plugins read documents. */
  language: Language;
}

/** GraphQL's own functions, with Yoga's plugins around them; Yoga gives them as `any`. */
interface Enveloped {
  schema: GraphQLSchema;
  parse: (source: string) => DocumentNode;
  validate: (schema: GraphQLSchema, document: DocumentNode) => readonly GraphQLError[];
}

/** Creates the Yoga server, which parses and validates documents, and answers invalid requests. */
export function createYogaServer(
  logger: Logger,
  maskError: (error: unknown) => GraphQLError,
  plugins: Plugin[],
): YogaServer {
  const yoga = createYoga({
    schema,
    graphqlEndpoint: graphqlPath,
    maskedErrors: { maskError },
    logging: toYogaLogger(logger),
    landingPage: false,
    plugins,
    extraParamNames: ['documentId'],
    graphiql: false,
    // Valid documents are cached where all transports find them, within a bound of their own.
    parserAndValidationCache: false,
    // The checks of http/front have already handled CORS.
    cors: false,
  });
  const enveloped = () => yoga.getEnveloped({}) as Enveloped;
  return {
    handle: async (request, response, { accept, body }) => {
      Object.assign(request.headers, { accept });
      if (body !== undefined) {
        Object.assign(request.headers, { 'content-type': 'application/json' });
        // Yoga reads the parsed body of other frameworks from here.
        Object.assign(request, { body });
      }
      await yoga(request, response);
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

/** Yoga must not run operations, as its execution would bypass the limits. */
export const runNothing: Plugin = { onExecute: refuseToRun, onSubscribe: refuseToRun };

function refuseToRun(hook: { setResultAndStopExecution: (result: ExecutionResult) => void }) {
  hook.setResultAndStopExecution({
    errors: [refusal('The request contains no GraphQL operation.', 'BAD_REQUEST')],
  });
}

/**
 * Yoga's errors are logged without their message: the error mask has already logged them, with cause and id, and the message
 * may quote what the client sent.
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
