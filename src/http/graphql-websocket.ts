import type { Server } from 'node:http';
import type { ExecutionArgs, GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { localViewer } from '../auth/viewer.ts';
import { createContext } from '../graphql/context.ts';
import type { GraphQLServices } from '../graphql/context.ts';
import { graphqlPath } from './graphql-http.ts';
import type { GraphQLHttp } from './graphql-http.ts';

/** Bytes of a message that a client may send. */
const maxMessageBytes = 256 * 1024;

type Executor = Pick<ReturnType<GraphQLHttp['getEnveloped']>, 'execute' | 'subscribe'>;
type EnvelopedArgs = ExecutionArgs & { rootValue: Executor };

/** The graphql-transport-ws protocol on the path that HTTP uses, through the same schema, context and error mask. */
export function attachGraphQLWebSocket(
  server: Server,
  graphql: GraphQLHttp,
  services: GraphQLServices,
): AsyncDisposable {
  const sockets = new WebSocketServer({ server, path: graphqlPath, maxPayload: maxMessageBytes });
  const protocol = useServer(
    {
      execute: (args) => (args as EnvelopedArgs).rootValue.execute(args),
      subscribe: (args) => (args as EnvelopedArgs).rootValue.subscribe(args),
      onSubscribe: async (_context, _id, { query, operationName, variables }) => {
        const context = createContext(services, localViewer);
        const enveloped = graphql.getEnveloped(context);
        // A syntax error thrown here would end the connection, and with it the client's other operations.
        const document = await Promise.try(enveloped.parse, query).catch((error: GraphQLError) => error);
        if (document instanceof Error) return [document];
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
      },
    },
    sockets,
  );
  return {
    [Symbol.asyncDispose]: async () => {
      await protocol.dispose();
    },
  };
}
