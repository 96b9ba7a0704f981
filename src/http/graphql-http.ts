import { createYoga } from 'graphql-yoga';
import type { GraphiQLOptions, YogaLogger } from 'graphql-yoga';
import { localViewer } from '../auth/viewer.ts';
import { createContext } from '../graphql/context.ts';
import type { GraphQLContext, GraphQLServices } from '../graphql/context.ts';
import { schema } from '../graphql/schema.ts';
import type { Logger } from '../logger.ts';
import { createErrorMask } from './errors.ts';

export const graphqlPath = '/graphql';

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

/** GraphQL over HTTP, with subscriptions as server-sent events, and GraphiQL for a browser. */
export function createGraphQLHttp(services: GraphQLServices) {
  return createYoga<object, GraphQLContext>({
    schema,
    graphqlEndpoint: graphqlPath,
    context: () => createContext(services, localViewer),
    maskedErrors: { maskError: createErrorMask(services.logger) },
    logging: toYogaLogger(services.logger),
    landingPage: false,
    renderGraphiQL,
    graphiql: { title: 'fovea-jobs', defaultQuery: exampleQuery },
  });
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

export type GraphQLHttp = ReturnType<typeof createGraphQLHttp>;
