import { createSourceEventStream, execute } from 'graphql';
import type {
  ExecutionResult,
  FormattedExecutionResult,
  GraphQLFormattedError,
  GraphQLSchema,
} from 'graphql';
import type { ErrorMask } from './run-operation.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import type { JobsEvent } from '../../live/jobs-event.ts';
import { SourceStream } from '../../live/source-stream.ts';
import type { Cursor } from '../../live/source-stream.ts';
import type { GraphQLContext } from '../context.ts';
import type { Operation, OperationRequest } from './operation-cache.ts';
import { maskResult, toArguments } from './run-operation.ts';

/** One result of a subscription, as clients are sent it. */
export interface Payload {
  /** The execution result. */
  json: string;
  /** The cursor after which a client that has it resumes; undefined if there is none. */
  cursor: Cursor | undefined;
  /** When the change happened, in ms since 1970; undefined for rows that were read, not received. */
  changedAt?: number | undefined;
  /** It as transports send it, by the function that formats it. */
  frames: Map<(payload: Payload) => Buffer | string, Buffer | string>;
}

/** A running subscription of one client. */
export interface OpenSubscription {
  source: SourceStream<object>;
  toPayload: (event: object) => Payload | Promise<Payload>;
  /** An error that ended the source early, as the client may see it. */
  toClientError: (error: Error) => GraphQLFormattedError;
}

export interface SharedSubscriptionsOptions {
  schema: GraphQLSchema;
  mask: ErrorMask;
}

export interface ExecutionOptions {
  createContext: () => GraphQLContext;
  /** Runs an execution when it is the owner's turn. */
  inTurn: <Result>(run: () => Result | Promise<Result>) => Promise<Result>;
}

export interface SharedSubscriptions {
  /** Opens a subscription; if that fails, returns the result with the errors. */
  open: (
    operation: Operation,
    request: OperationRequest,
    options: ExecutionOptions,
  ) => Promise<OpenSubscription | FormattedExecutionResult>;
  /** Resolves once every event that a subscription has taken is executed. */
  whenExecuted: () => Promise<void>;
}

/** The payload of each event, shared by all members of a group. */
type Payloads = WeakMap<object, Payload | Promise<Payload>>;

/** Subscriptions whose payloads are equal. */
interface Group {
  key: string;
  payloads: Payloads;
  members: number;
}

/**
 * Subscriptions that share their payloads: for all equal operations of equal viewers, an event is executed and serialized
 * once. Payloads are kept by the event object, and every row that is read or received is a new object, so that no subscriber
 * gets the payload of an older event.
 */
export function createSharedSubscriptions({
  schema,
  mask,
}: SharedSubscriptionsOptions): SharedSubscriptions {
  const groups = new WeakMap<Operation, Map<string, Group>>();
  const executing = new Set<Promise<Payload>>();

  function join(operation: Operation, key: string) {
    const ofOperation = groups.get(operation) ?? new Map<string, never>();
    groups.set(operation, ofOperation);
    const group = ofOperation.get(key) ?? { key, payloads: new WeakMap(), members: 0 };
    ofOperation.set(group.key, group);
    group.members += 1;
    return {
      payloads: group.payloads,
      leave: () => {
        group.members -= 1;
        if (group.members === 0) ofOperation.delete(group.key);
      },
    };
  }

  async function open(
    operation: Operation,
    { operationName, variables }: OperationRequest,
    { createContext, inTurn }: ExecutionOptions,
  ): Promise<OpenSubscription | FormattedExecutionResult> {
    // Without the query, of which every subscription would keep a copy.
    const request = { operationName, variables };
    const context = createContext();
    const stream = await createSourceEventStream(toArguments(schema, operation, request, context));
    if (!(stream instanceof SourceStream)) return maskResult(stream as ExecutionResult, mask);
    const source = stream as SourceStream<object>;
    const { payloads, leave } = join(operation, toGroupKey(operation, request, context));
    source.onClosed(leave);
    // Not the context, as there are thousands of subscriptions.
    const { broker, tracing } = context;

    function toPayload(event: object): Payload | Promise<Payload> {
      const known = payloads.get(event);
      if (known) return known;
      const args = toArguments(schema, operation, request, createContext());
      const executed = inTurn(() => execute({ ...args, rootValue: event }));
      const payload = executed.then((result) => {
        // A client that got an error has not received this event yet.
        const cursor = result.errors ? undefined : source.cursorOf(event);
        const made = serialize(maskResult(result, mask), cursor);
        const row = rowOf(event);
        made.changedAt = broker.changedAt(row);
        if (made.changedAt !== undefined) tracing?.recordDelivery(row as JobRow);
        payloads.set(event, made);
        return made;
      });
      payloads.set(event, payload);
      executing.add(payload);
      const forget = () => executing.delete(payload);
      payload.then(forget, forget);
      return payload;
    }

    return { source, toPayload, toClientError: mask };
  }

  async function whenExecuted(): Promise<void> {
    while (executing.size > 0) await Promise.allSettled(executing);
  }

  return { open, whenExecuted };
}

/** What was received: the event itself, or the row that it is about. */
function rowOf(event: object): object {
  return ('job' in event ? (event as JobsEvent).job : null) ?? event;
}

/** Equal for equal payloads: it has the viewer, and all variables that a payload can depend on. */
function toGroupKey(
  { cursorVariables }: Operation,
  { operationName, variables }: Omit<OperationRequest, 'query'>,
  { viewer }: GraphQLContext,
): string {
  const entries = Object.entries(variables ?? {}).filter(([name]) => !cursorVariables.has(name));
  return JSON.stringify([viewer, operationName, entries]);
}

export function serialize(result: FormattedExecutionResult, cursor: Cursor | undefined): Payload {
  return { json: JSON.stringify(result), cursor, frames: new Map() };
}
