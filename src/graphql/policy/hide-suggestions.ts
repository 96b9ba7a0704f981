import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** As GraphQL ends its messages, for fields, arguments, types, values of enums and fields of inputs. */
const suggestion = / Did you mean [^]*$/;

/** The error without what tells names of the schema to who does not know them. */
export function withoutSuggestion(error: GraphQLError): GraphQLError {
  const message = error.message.replace(suggestion, '');
  return message === error.message ? error : new GraphQLError(message, error);
}

/** Hides suggestions about documents. Those about variables are made when an operation runs, and are for the error mask. */
export function hideSuggestions(): Plugin {
  return {
    onValidate: () => {
      return ({ valid, result, setResult }) => {
        if (!valid) setResult((result as GraphQLError[]).map(withoutSuggestion));
      };
    },
  };
}
