import type { Answer, Area } from '../find-fault.ts';
import { countMade, postGraphQL } from '../send-graphql.ts';
import { listTemplates, toCalls, toDocument, toLiteralDocument } from '../values/operations.ts';
import type { Call } from '../values/operations.ts';
import type { Target } from '../target.ts';
import { toJson } from '../values/serialize.ts';

const templates = listTemplates();

/** Every argument, given by variables. */
export const calls: Area<Call> = {
  name: 'arguments as variables',
  count: 2_200,
  cases: ({ ids }) => toCalls(templates, ids),
  send: (target, call) => {
    const variables = toJson(call.values);
    const query = JSON.stringify(toDocument(call.template));
    return sendCall(target, call, `{"query":${query},"variables":${variables}}`);
  },
};

/** The same, written into the document. */
export const literalCalls: Area<Call> = {
  name: 'arguments in the document',
  count: 1_300,
  cases: ({ ids }) => toCalls(templates, ids),
  send: (target, call) => sendCall(target, call, toJson({ query: toLiteralDocument(call) })),
};

/** As somebody who sees none of the rows that there are. */
export const callsOfOthers: Area<Call> = {
  ...calls,
  name: 'arguments of somebody else',
  count: 500,
};

async function sendCall(target: Target, { template }: Call, body: string): Promise<Answer> {
  const accept = template.kind === 'subscription' ? 'text/event-stream' : 'application/json';
  const answer = await postGraphQL(target, body, { accept });
  if (template.kind === 'mutation') countMade(target, answer);
  return answer;
}
