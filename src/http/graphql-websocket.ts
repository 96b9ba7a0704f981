import type { Server } from 'node:http';
import { GraphQLError } from 'graphql';
import type {
  DocumentNode,
  execute,
  ExecutionArgs,
  GraphQLFormattedError,
  GraphQLSchema,
  parse,
  subscribe,
  validate,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { localViewer } from '../auth/viewer.ts';
import { createContext } from '../graphql/context.ts';
import type { GraphQLServices } from '../graphql/context.ts';
import { graphqlPath } from './graphql-http.ts';
import type { GraphQLHttp } from './graphql-http.ts';

/** Bytes of a message that a client may send. */
const maxMessageBytes = 256 * 1024;

export interface GraphQLWebSocket extends AsyncDisposable {
  /** Those that are open. */
  sockets: ReadonlySet<WebSocket>;
}

/** GraphQL's own functions, with Yoga's plugins around them; Yoga gives them as `any`. */
interface Enveloped {
  schema: GraphQLSchema;
  parse: typeof parse;
  validate: typeof validate;
  contextFactory: () => Promise<unknown>;
  execute: typeof execute;
  subscribe: typeof subscribe;
}

/** The arguments of an execution, which carry what is to run it. */
type EnvelopedArgs = ExecutionArgs & { rootValue: Pick<Enveloped, 'execute' | 'subscribe'> };

/** The graphql-transport-ws protocol on the path that HTTP uses, through the same schema, context and error mask. */
export function attachGraphQLWebSocket(
  server: Server,
  graphql: GraphQLHttp,
  services: GraphQLServices,
): GraphQLWebSocket {
  const sockets = new WebSocketServer({ server, path: graphqlPath, maxPayload: maxMessageBytes });
  async function prepare({ query, operationName, variables }: SubscribePayload) {
    const context = createContext(services, localViewer);
    const enveloped = graphql.getEnveloped(context) as Enveloped;
    const document = tryParse(enveloped, query);
    if (document instanceof GraphQLError) return [document];
    const errors = enveloped.validate(enveloped.schema, document);
    if (errors.length > 0) return errors;
    return {
      schema: enveloped.schema,
      document,
      operationName,
      variableValues: variables,
      contextValue: await enveloped.contextFactory(),
      rootValue: { execute: enveloped.execute, subscribe: enveloped.subscribe },
    };
  }

  const protocol = useServer(
    {
      execute: (args) => (args as EnvelopedArgs).rootValue.execute(args),
      subscribe: (args) => (args as EnvelopedArgs).rootValue.subscribe(args),
      onNext: (_context, _id, _payload, _args, { errors, ...rest }) =>
        errors && { ...rest, errors: errors.map(withoutStatus) },
      onError: (_context, _id, _payload, errors) => errors.map(withoutStatus),
      onSubscribe: (_context, _id, payload) => prepare(payload),
    },
    sockets,
  );
  return {
    sockets: sockets.clients,
    [Symbol.asyncDispose]: async () => {
      await protocol.dispose();
    },
  };
}

/** A syntax error that is thrown would end the connection, and with it the client's other operations. */
function tryParse(enveloped: Enveloped, query: string): DocumentNode | GraphQLError {
  try {
    return enveloped.parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** Yoga keeps the status for an HTTP answer among the extensions of an error, and takes it out of HTTP answers alone. */
function withoutStatus(error: GraphQLError): GraphQLFormattedError {
  const { http: _http, ...extensions } = error.extensions;
  return { ...error.toJSON(), extensions };
}
