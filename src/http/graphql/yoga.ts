import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Plugin, YogaLogger } from 'graphql-yoga';
import type { Language } from '../../graphql/execution/operation-cache.ts';
import { refusal } from '../../graphql/policy/refusal.ts';
import { schema } from '../../graphql/schema.ts';
import type { Logger } from '../../platform/logger.ts';
import { graphqlPath } from '../paths.ts';

/** What has been read of a request already: Yoga would read it less well. */
export interface YogaRequest {
  /** The one media type to answer in: Yoga knows no weights. */
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

/** Yoga: reads documents, and says what is wrong with requests in the words of GraphQL over HTTP. */
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
    // Which pages may use the API, the server has decided before.
    cors: false,
  });
  const enveloped = () => yoga.getEnveloped({}) as Enveloped;
  return {
    handle: async (request, response, { accept, body }) => {
      Object.assign(request.headers, { accept });
      if (body !== undefined) {
        Object.assign(request.headers, { 'content-type': 'application/json' });
        // Where other frameworks leave what they have read.
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

/** Whatever can be run does not come to Yoga, where no limit would hold for it. */
export const runNothing: Plugin = { onExecute: refuseToRun, onSubscribe: refuseToRun };

function refuseToRun(hook: { setResultAndStopExecution: (result: ExecutionResult) => void }) {
  hook.setResultAndStopExecution({
    errors: [refusal('The request contains no GraphQL operation.', 'BAD_REQUEST')],
  });
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
