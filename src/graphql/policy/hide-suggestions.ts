import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** The end of GraphQL's messages about unknown fields, arguments, types, enum values and input fields. */
const suggestion = / Did you mean [^]*$/;

/** The error without suggestions, which reveal names of the schema. */
export function withoutSuggestion(error: GraphQLError): GraphQLError {
  const message = error.message.replace(suggestion, '');
  return message === error.message ? error : new GraphQLError(message, error);
}

/** Hides suggestions of validation. Those about variables are made at execution, and the error mask removes them. */
export function hideSuggestions(): Plugin {
  return {
    onValidate: () => {
      return ({ valid, result, setResult }) => {
        if (!valid) setResult((result as GraphQLError[]).map(withoutSuggestion));
      };
    },
  };
}
