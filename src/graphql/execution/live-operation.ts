import { createSourceEventStream, execute } from 'graphql';
import type {
  ExecutionResult,
  FormattedExecutionResult,
  GraphQLFormattedError,
  GraphQLSchema,
} from 'graphql';
import type { ErrorMask } from './run-operation.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { Feed } from '../../live/feed.ts';
import type { GraphQLContext } from '../context.ts';
import type { Operation, OperationRequest } from './operations.ts';
import { maskResult, toArguments } from './run-operation.ts';

/** What clients are sent for one event of a subscription. */
export interface Payload {
  /** The execution's result, as JSON. */
  json: string;
  /** Where a client goes on that has had it; undefined where there is no such place. */
  cursor: number | undefined;
  /** When what it tells happened, in ms since 1970; undefined for what is read, and not heard. */
  changedAt?: number | undefined;
  /** What transports have made of it, by the function that made it. */
  frames: Map<(payload: Payload) => Buffer | string, Buffer | string>;
}

/** A subscription of one client. */
export interface LiveOperation {
  feed: Feed<object>;
  toPayload: (event: object) => Payload | Promise<Payload>;
  /** What to tell the client of an error that ended the feed before its time. */
  explain: (error: Error) => GraphQLFormattedError;
}

export interface LiveOperationsOptions {
  schema: GraphQLSchema;
  mask: ErrorMask;
}

/** How events are answered. */
export interface AnswerOptions {
  createContext: () => GraphQLContext;
  /** Answers when it is its turn. */
  inTurn: <Result>(answer: () => Result | Promise<Result>) => Promise<Result>;
}

export interface LiveOperations {
  /** Begins a subscription; if that fails, gives the result that says why. */
  open: (
    operation: Operation,
    request: OperationRequest,
    ways: AnswerOptions,
  ) => Promise<LiveOperation | FormattedExecutionResult>;
}

/** The answers to one event, for all whose operations are equal. */
type Payloads = WeakMap<object, Payload | Promise<Payload>>;

/**
 * Subscriptions, of which equal ones of equal viewers share their answers: an event is executed and serialized once for
 * all of them. Every event that is read or received anew is another object, so what they share is never older than it.
 */
export function createLiveOperations({ schema, mask }: LiveOperationsOptions): LiveOperations {
  const groups = new WeakMap<Operation, Map<string, { payloads: Payloads; members: number }>>();

  function join(operation: Operation, key: string) {
    const ofOperation = groups.get(operation) ?? new Map<string, never>();
    groups.set(operation, ofOperation);
    const group = ofOperation.get(key) ?? { payloads: new WeakMap(), members: 0 };
    ofOperation.set(key, group);
    group.members += 1;
    return {
      payloads: group.payloads,
      leave: () => {
        group.members -= 1;
        if (group.members === 0) ofOperation.delete(key);
      },
    };
  }

  async function open(
    operation: Operation,
    { operationName, variables }: OperationRequest,
    { createContext, inTurn }: AnswerOptions,
  ): Promise<LiveOperation | FormattedExecutionResult> {
    // Without the text of its document, of which every subscription would keep a copy.
    const request = { operationName, variables };
    const context = createContext();
    const stream = await createSourceEventStream(toArguments(schema, operation, request, context));
    if (!(stream instanceof Feed)) return maskResult(stream as ExecutionResult, mask);
    const feed = stream as Feed<object>;
    const { payloads, leave } = join(operation, toGroupKey(operation, request, context));
    feed.onClosed(leave);

    function toPayload(event: object): Payload | Promise<Payload> {
      const known = payloads.get(event);
      if (known) return known;
      const args = toArguments(schema, operation, request, createContext());
      const executed = inTurn(() => execute({ ...args, rootValue: event }));
      const payload = executed.then((result) => {
        // Who had an error in the place of this event, has yet to have it.
        const cursor = result.errors ? undefined : feed.cursorOf(event);
        const made = serialize(maskResult(result, mask), cursor);
        made.changedAt = context.broker.changedAt(event);
        if (made.changedAt !== undefined) context.tracing?.recordDelivery(event as JobRow);
        payloads.set(event, made);
        return made;
      });
      payloads.set(event, payload);
      return payload;
    }

    return { feed, toPayload, explain: mask };
  }

  return { open };
}

/** Equal for those whose answers are equal: what the viewer may see, and all variables that the answer may depend on. */
function toGroupKey(
  { cursorVariables }: Operation,
  { operationName, variables }: Omit<OperationRequest, 'query'>,
  { viewer }: GraphQLContext,
): string {
  const entries = Object.entries(variables ?? {}).filter(([name]) => !cursorVariables.has(name));
  return JSON.stringify([viewer, operationName, entries]);
}

export function serialize(result: FormattedExecutionResult, cursor: number | undefined): Payload {
  return { json: JSON.stringify(result), cursor, frames: new Map() };
}
