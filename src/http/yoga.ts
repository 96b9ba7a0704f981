import type { IncomingMessage, ServerResponse } from 'node:http';
import { getOperationAST } from 'graphql';
import type { DocumentNode, ExecutionArgs, GraphQLError, GraphQLSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { GraphiQLOptions, Plugin, YogaLogger } from 'graphql-yoga';
import { localViewer } from '../auth/viewer.ts';
import { createContext } from '../graphql/context.ts';
import type { GraphQLContext, GraphQLServices } from '../graphql/context.ts';
import { toOperationLabel } from '../graphql/execution/operations.ts';
import type { Language } from '../graphql/execution/operations.ts';
import { schema } from '../graphql/schema.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import { graphqlPath } from './paths.ts';

const exampleQuery = `# Start a job, and watch it:
#
#   mutation {
#     registerVideo(input: { title: "Harbour news", path: "harbour-news.mp4" }) {
#       ... on RegisterVideoPayload { video { id } } ... on Error { message } }
#     createPersona(input: { name: "Ana", role: "Port economist", informationNeed: "What the harbour costs" }) {
#       ... on CreatePersonaPayload { persona { id } } } }
#   mutation {
#     summarizeVideo(input: { videoId: "…", personaId: "…" }) {
#       ... on SummarizeVideoPayload { job { id } } ... on Error { message } } }
#   subscription { jobUpdated(id: "…") { state progress stage version } }

query Jobs {
  jobs {
    edges {
      node {
        id
        type
        state
        progress
        stage
      }
    }
  }
}
`;

export interface YogaServer extends AsyncDisposable {
  /** Answers a request; its body is given when it has been read already. */
  handle: (request: IncomingMessage, response: ServerResponse, body?: Buffer) => Promise<void>;
  /** How Yoga and its plugins read documents. */
  language: Language;
}

/** GraphQL's own functions, with Yoga's plugins around them; Yoga gives them as `any`. */
interface Enveloped {
  schema: GraphQLSchema;
  parse: (source: string) => DocumentNode;
  validate: (schema: GraphQLSchema, document: DocumentNode) => readonly GraphQLError[];
}

/** Yoga: every form of GraphQL over HTTP, and GraphiQL for a browser. */
export function createYogaServer(
  services: GraphQLServices,
  maskError: (error: unknown) => GraphQLError,
): YogaServer {
  const yoga = createYoga<object, GraphQLContext>({
    schema,
    graphqlEndpoint: graphqlPath,
    context: () => createContext(services, localViewer),
    maskedErrors: { maskError },
    logging: toYogaLogger(services.logger),
    landingPage: false,
    renderGraphiQL,
    plugins: [countOperations(services.metrics)],
    graphiql: { title: 'fovea-jobs', defaultQuery: exampleQuery },
  });
  const enveloped = () => yoga.getEnveloped({}) as Enveloped;
  return {
    handle: async (request, response, body) => {
      // Where other frameworks leave what they have read.
      if (body) Object.assign(request, { body });
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

/** Counts what Yoga runs by itself. */
function countOperations(metrics: Metrics): Plugin {
  return {
    onExecute: ({ args }) => {
      const begunAt = performance.now();
      const { document, operationName } = args as ExecutionArgs;
      const definition = getOperationAST(document, operationName);
      return {
        onExecuteDone: ({ result }) => {
          const isOk = !('errors' in (result as object));
          const label = definition ? toOperationLabel(definition) : 'invalid';
          metrics.operationDone(label, isOk, (performance.now() - begunAt) / 1_000);
        },
      };
    },
  };
}

/** What Yoga reports as an error, the error mask has logged already, with its cause and its id. */
function toYogaLogger(logger: Logger): YogaLogger {
  return {
    debug: (...words) => logger.trace({ words }, 'yoga'),
    info: (...words) => logger.debug({ words }, 'yoga'),
    warn: (...words) => logger.warn({ words }, 'yoga'),
    error: (...words) => logger.debug({ words }, 'yoga'),
  };
}

/** The page is 9 MB, and most processes are never asked for it. */
async function renderGraphiQL(options: GraphiQLOptions | undefined): Promise<string> {
  const graphiql = await import('@graphql-yoga/render-graphiql');
  return graphiql.renderGraphiQL(options);
}
