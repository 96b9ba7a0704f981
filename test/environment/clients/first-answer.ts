import type { GraphQLFormattedError } from 'graphql';
import type { GraphQLAnswer, GraphQLClient, Transport, Variables } from './graphql-client.ts';

interface Asked {
  operation: string;
  variables?: Variables | undefined;
}

/** Sends an operation, and gives its first answer, whichever way the transport gives it. */
export async function askFirst(
  graphql: GraphQLClient,
  transport: 'post' | Transport,
  { operation, variables }: Asked,
): Promise<GraphQLAnswer> {
  if (transport === 'post') return graphql.send(operation, variables);
  const answers = graphql.subscribe(transport, operation, variables);
  try {
    const { value } = await answers.next();
    return value as GraphQLAnswer;
  } catch (error) {
    // So graphql-ws hands over the errors of an operation that did not begin.
    if (Array.isArray(error)) return { errors: error as GraphQLFormattedError[] };
    throw error;
  } finally {
    await answers.return?.();
  }
}
