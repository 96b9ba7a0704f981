import type { Answer, Area } from '../find-fault.ts';
import { countCreated, postGraphQL } from '../send-graphql.ts';
import {
  listOperationTemplates,
  callsOf,
  toDocument,
  toInlineDocument,
} from '../values/operations.ts';
import type { OperationCall } from '../values/operations.ts';
import type { Target } from '../target.ts';
import { toJson } from '../values/serialize.ts';

const templates = listOperationTemplates();

/** Every argument of the schema, passed in variables. */
export const variableArguments: Area<OperationCall> = {
  name: 'arguments as variables',
  count: 2_200,
  cases: ({ ids }) => callsOf(templates, ids),
  send: (target, call) => {
    const variables = toJson(call.values);
    const query = JSON.stringify(toDocument(call.template));
    return sendCall(target, call, `{"query":${query},"variables":${variables}}`);
  },
};

/** The same, written into the document. */
export const inlineArguments: Area<OperationCall> = {
  name: 'arguments in the document',
  count: 1_300,
  cases: ({ ids }) => callsOf(templates, ids),
  send: (target, call) => sendCall(target, call, toJson({ query: toInlineDocument(call) })),
};

/** The same, by an owner who may see none of the existing rows. */
export const otherOwnersArguments: Area<OperationCall> = {
  ...variableArguments,
  name: 'arguments of somebody else',
  count: 500,
};

async function sendCall(
  target: Target,
  { template }: OperationCall,
  body: string,
): Promise<Answer> {
  const accept = template.kind === 'subscription' ? 'text/event-stream' : 'application/json';
  const answer = await postGraphQL(target, body, { accept });
  if (template.kind === 'mutation') countCreated(target, answer);
  return answer;
}
