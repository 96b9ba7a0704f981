/** In the order in which they are tried, if nothing else is said. */
export type TransportName = 'websocket' | 'sse' | 'poll';

/** A document and its variables, as they are sent. */
export interface Request {
  query: string;
  variables: Record<string, unknown>;
}

/** The result of a GraphQL operation. */
export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLFault[];
}

export interface GraphQLFault {
  message: string;
  extensions?: { code?: string; retryAfterMs?: number };
}

export interface SubscriptionRequest extends Request {
  /** Ids of jobs that are known and have not ended: where there is no stream, these are asked for too. */
  known?: readonly string[];
  /** What is asked again and again where there is no stream, instead of what is usual; its answers are taken as they are. */
  poll?: { request: () => Request };
}

/** Why a connection is gone: `unauthorized` asks for another token. */
export interface Loss {
  reason: 'lost' | 'unauthorized' | 'unsupported';
  retryAfterMs?: number | undefined;
}

/** What a connection reports. After `lost` it reports nothing more. */
export interface Receiver {
  /** The server has accepted the connection. */
  open: () => void;
  next: (id: string, answer: Answer) => void;
  complete: (id: string) => void;
  lost: (loss: Loss) => void;
}

/** One connection, for any number of subscriptions. */
export interface Connection {
  /** Called when it begins to connect as well as when it is open; what cannot be begun before that is ignored then. */
  start: (id: string, request: () => SubscriptionRequest) => void;
  stop: (id: string) => void;
  /** Finds out soon whether the server still answers, for example after the computer has slept. */
  probe: () => void;
  close: () => void;
}

export interface Endpoint {
  /** An absolute URL of `/graphql`. */
  url: string;
  /** They say who asks. */
  headers: Record<string, string>;
  /** So often the server is heard at least, in ms; 10 seconds. */
  pingMs?: number | undefined;
  fetch: typeof fetch;
  WebSocket?: typeof WebSocket | undefined;
}

export type Transport = (endpoint: Endpoint, receiver: Receiver) => Connection;
